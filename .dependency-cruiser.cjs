/** Who may import whom: the rules of docs/architecture.md, checked in `npm test`. */
const only = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to })

module.exports = {
  forbidden: [
    only('no-cycles', 'A cycle has no reading order.', {}, { circular: true }),
    only(
      'components-stand-alone',
      'A component is one process with one version; it knows the others by contract alone.',
      { path: '^components/([^/]+)/' },
      { path: '^components/', pathNot: '^components/$1/' },
    ),
    only(
      'components-know-shared-only',
      'The same bundle runs on a real core: nothing of the simulator may be in it.',
      { path: '^components/' },
      { path: '^(simulator|recipes|test|bench)/' },
    ),
    only(
      'shared-knows-no-product',
      'Concepts do not depend on what is built from them.',
      { path: '^shared/' },
      { path: '^(components|simulator|recipes|test|bench)/' },
    ),
    only(
      'only-greengrass-imports-the-device-sdk',
      'The IPC client sits behind the host interface, so that the simulator can stand in for it.',
      { path: '.', pathNot: '^shared/greengrass/' },
      { path: 'node_modules/aws-(iot-device-sdk-v2|crt)' },
    ),
    only(
      'only-store-imports-level',
      'The store contract hides the engine and its limits.',
      { path: '.', pathNot: '^shared/store/' },
      { path: 'node_modules/(level|classic-level|abstract-level)/' },
    ),
    only(
      'only-gpio-imports-onoff',
      'The package is optional; its absence must harm one source alone.',
      { path: '.', pathNot: '^components/collector/gpio/' },
      { path: 'node_modules/onoff' },
    ),
    only(
      'only-function-threads-import-sucrase',
      'TypeScript of the site is read in its own thread, never in a component.',
      { path: '.', pathNot: '^shared/greengrass/worker/' },
      { path: 'node_modules/sucrase/' },
    ),
    only(
      'general-knows-nothing-specific',
      'Time, bytes and frames must be usable without a bus, a store or a nucleus.',
      { path: '^shared/(time|bytes|errors|frame)/' },
      { path: '^shared/', pathNot: '^shared/(time|bytes|errors|frame)/' },
    ),
    only(
      'greengrass-is-the-outermost-shell',
      'Concepts work on any host, so none of them may know this one.',
      { path: '^shared/', pathNot: '^shared/greengrass/' },
      { path: '^shared/greengrass/' },
    ),
    only(
      'only-virtual-constructs-components',
      'Everything else starts a component as a process from its recipe.',
      { path: '^simulator/', pathNot: '^simulator/virtual/' },
      { path: '^components/' },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
