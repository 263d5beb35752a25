/** The simulated account, where nothing else is asked for. */
export const DEFAULT_REGION = 'ap-northeast-1'
export const DEFAULT_ACCOUNT = '123456789012'
