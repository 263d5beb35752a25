/**
 * The pinned versions of the AWS clients are for the Node.js that runs them; what they announce for later ones is for
 * developers, and not for the people who read a command's output. To be called before a client is made.
 */
export function silenceSdkNotice(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
}
