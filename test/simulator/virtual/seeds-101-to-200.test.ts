import { testSeeds } from './some-seeds.ts'

testSeeds(101, 100)
