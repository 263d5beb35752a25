import { testSeeds } from './some-seeds.ts'

testSeeds(1, 100)
