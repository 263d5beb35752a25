import * as z from 'zod'
import { accessDenied, invalid, notFound } from '../api/errors.ts'
import {
  type ApiAnswer,
  type ApiRequest,
  choiceOf,
  created,
  labelOf,
  noContent,
  ok,
  readBodyAs,
  timestamp,
} from '../api/operation.ts'
import { inOrder, pageOf } from '../api/paging.ts'
import type { OperationTable } from '../api/route.ts'
import { type Account, readComponentArn } from '../arn.ts'
import type { Idempotence } from '../idempotence.ts'
import { Tags } from '../tags.ts'
import { CandidatesRequest, resolveCandidates } from './candidates.ts'
import type { ComponentCatalogue } from './component-catalogue.ts'
import { arnOf, type ComponentVersion, statusOf, summaryOf } from './component-version.ts'
import { RECIPE_FORMATS, writeRecipe } from './recipe-text.ts'
import { viewOf } from './recipe-view.ts'

const CreateRequest = z.object({
  inlineRecipe: z.base64().optional(),
  lambdaFunction: z.unknown().optional(),
  tags: Tags.optional(),
  clientToken: z.string().min(1).max(64).optional(),
})

const COMPONENTS = '/greengrass/v2/components'

/** Operations on components. */
export function componentOperations(
  catalogue: ComponentCatalogue,
  owner: Account,
  idempotence: Idempotence,
): OperationTable {
  return {
    'POST /greengrass/v2/createComponentVersion': (request) => {
      const { clientToken, ...body } = readBodyAs(request, CreateRequest)
      return idempotence.run('CreateComponentVersion', clientToken, body, async () => {
        const component = await catalogue.request(recipeOf(body), body.tags ?? {}, 'PRIVATE')
        return created(creationOf(component, owner))
      })
    },
    [`GET ${COMPONENTS}`]: (request) => {
      const scope = choiceOf(request, 'scope', ['PRIVATE', 'PUBLIC'], 'PRIVATE')
      const names = [...new Set(catalogue.list(scope).map(({ name }) => name))]
      const page = pageOf(
        request,
        inOrder(names, (name) => name),
        (name) => name,
      )
      const components = page.items.flatMap((name) => {
        const [latest] = catalogue.versionsOf(name, scope)
        return latest === undefined ? [] : [summaryOf(latest, owner)]
      })
      return ok({ components, nextToken: page.nextToken })
    },
    [`GET ${COMPONENTS}/{arn}`]: (request) => {
      const component = catalogue.byArn(labelOf(request, 'arn'))
      const format = choiceOf(request, 'recipeOutputFormat', RECIPE_FORMATS, component.format)
      const recipe = Buffer.from(writeRecipe(component.recipe, format)).toString('base64')
      return ok({ recipeOutputFormat: format, recipe, tags: component.tags })
    },
    [`GET ${COMPONENTS}/{arn}/metadata`]: (request) =>
      ok(descriptionOf(catalogue.byArn(labelOf(request, 'arn')), owner)),
    [`GET ${COMPONENTS}/{arn}/versions`]: (request) => {
      const arn = labelOf(request, 'arn')
      const { isPublic, name } = readComponentArn(arn, owner)
      const versions = catalogue.versionsOf(name, isPublic ? 'PUBLIC' : 'PRIVATE')
      if (versions.length === 0) throw notFound(`Component [${name}] does not exist`, 'component', arn)
      const items = versions.map((component, index) => ({ component, key: String(index).padStart(6, '0') }))
      const page = pageOf(request, items, ({ key }) => key)
      const componentVersions = page.items.map(({ component }) => ({
        componentName: component.name,
        componentVersion: component.version,
        arn: arnOf(component, owner),
      }))
      return ok({ componentVersions, nextToken: page.nextToken })
    },
    [`GET ${COMPONENTS}/{arn}/artifacts/{artifactName+}`]: (request) => getArtifact(request, catalogue),
    [`DELETE ${COMPONENTS}/{arn}`]: async (request) => {
      const component = catalogue.byArn(labelOf(request, 'arn'))
      if (component.scope === 'PUBLIC') throw accessDenied('A public component belongs to AWS')
      await catalogue.delete(component)
      return noContent
    },
    'POST /greengrass/v2/resolveComponentCandidates': (request) => {
      const candidates = readBodyAs(request, CandidatesRequest)
      return ok({ resolvedComponentVersions: resolveCandidates(catalogue, owner, candidates) })
    },
  }
}

async function getArtifact(request: ApiRequest, catalogue: ComponentCatalogue): Promise<ApiAnswer> {
  const arn = labelOf(request, 'arn')
  const name = labelOf(request, 'artifactName')
  const component = catalogue.byArn(arn)
  // "The artifact name is the section of the URI after the scheme."
  const uri = viewOf(component.recipe).artifactUris.find(
    (candidate) => candidate.replace(/^[a-z0-9]+:(\/\/)?/i, '') === name,
  )
  const place = uri === undefined ? undefined : catalogue.placeOf(component, uri)
  if (place === undefined) throw notFound(`Component [${arn}] has no artifact [${name}]`, 'artifact', name)
  return ok({ preSignedUrl: await catalogue.presign(place) })
}

function recipeOf({ inlineRecipe, lambdaFunction }: z.output<typeof CreateRequest>): string {
  if (lambdaFunction !== undefined) {
    throw invalid('Components of Lambda functions are not emulated; give an inlineRecipe', [
      { name: 'lambdaFunction', message: 'Not emulated' },
    ])
  }
  if (inlineRecipe === undefined || inlineRecipe === '') {
    throw invalid('Either inlineRecipe or lambdaFunction must be given', [
      { name: 'inlineRecipe', message: 'Member must not be null' },
    ])
  }
  return Buffer.from(inlineRecipe, 'base64').toString('utf8')
}

const creationOf = (component: ComponentVersion, owner: Account) => ({
  arn: arnOf(component, owner),
  componentName: component.name,
  componentVersion: component.version,
  creationTimestamp: timestamp(component.creationMs),
  status: statusOf(component),
})

function descriptionOf(component: ComponentVersion, owner: Account) {
  const { publisher, description, platforms } = viewOf(component.recipe)
  return { ...creationOf(component, owner), publisher, description, platforms, tags: component.tags }
}
