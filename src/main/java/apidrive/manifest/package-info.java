/**
 * What describes a file that was cut into chunks: the {@code .apidrive} manifest, read and written as a stream.
 *
 * <p>The shape is the original's: an object with one member a file, whose value is an array of entries {@code Id},
 * {@code Order}, {@code URL1}, {@code URL2} and so on. {@code Size} and {@code Digest} are ours; manifests without them,
 * written by hand, are read as well. A manifest comes from anybody: {@link apidrive.manifest.Manifest} refuses orders
 * that do not make one file, and a name is never taken for a path.
 */
package apidrive.manifest;
