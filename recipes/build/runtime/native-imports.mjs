/** Packages with native code: found at run time, never bundled. `onoff` is optional on every machine. */
const NATIVE_PACKAGES = ['aws-crt', 'classic-level', 'onoff']
const NATIVE_IMPORT = new RegExp(`^(${NATIVE_PACKAGES.join('|')})(/.*)?$`)

/**
 * For a file that lies beside the native packages.
 *
 * @type {import('esbuild').Plugin}
 */
export const keepNativeOut = {
  name: 'keep-native-out',
  setup(build) {
    build.onResolve({ filter: NATIVE_IMPORT }, ({ path }) => ({ path, external: true }))
  },
}

/**
 * For a bundle that finds them by its opening, see banner.mjs.
 *
 * @type {import('esbuild').Plugin}
 */
export const nativeByBanner = {
  name: 'native-by-banner',
  setup(build) {
    build.onResolve({ filter: NATIVE_IMPORT }, ({ path }) => ({ path, namespace: 'native' }))
    build.onLoad({ filter: /.*/, namespace: 'native' }, ({ path }) => ({
      contents: `module.exports = __native(${JSON.stringify(path)})`,
      loader: 'js',
    }))
  },
}
