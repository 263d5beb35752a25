import type { SchemaElement } from 'hyparquet'

const text = (name: string, isRequired: boolean): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  repetition_type: isRequired ? 'REQUIRED' : 'OPTIONAL',
})

/**
 * One row a sample, in the order of the history. Of the three values one is not null: `value` for numbers,
 * `value_boolean`, `value_text`; so one query reads all tags, and numbers stay a column of doubles. Times are in UTC.
 */
export const PARQUET_SCHEMA: readonly SchemaElement[] = [
  { name: 'samples', num_children: 8 },
  {
    name: 'time',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
    repetition_type: 'REQUIRED',
  },
  text('tag', true),
  { name: 'value', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  { name: 'value_boolean', type: 'BOOLEAN', repetition_type: 'OPTIONAL' },
  text('value_text', false),
  text('quality', true),
  { name: 'gap_before', type: 'BOOLEAN', repetition_type: 'REQUIRED' },
  { name: 'quarantined', type: 'BOOLEAN', repetition_type: 'REQUIRED' },
]
