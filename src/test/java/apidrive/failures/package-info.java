/**
 * Real failures on a network of real processes: {@code FailuresIT} in the build, {@code ops/failures/try} for longer.
 *
 * <p>A {@link apidrive.failures.Cluster} has nodes that are processes of the packaged WAR, each with its folder and its own
 * PostgreSQL. The address that a {@link apidrive.failures.ClusterNode} announces is that of a
 * {@link apidrive.failures.PeerProxy}, so that what nodes say to each other passes there, and goes wrong as the
 * {@link apidrive.failures.Ways} have it at the moment; clients reach the nodes directly. A
 * {@link apidrive.failures.Nemesis} is one way to fail, its order and victims drawn from a seed. An
 * {@link apidrive.failures.Ordeal} lets them strike while clients store and retrieve, and judges by what clients get back
 * and by {@link apidrive.failures.Stock}, which asks each PostgreSQL and none of the nodes.
 *
 * <p>A seed repeats the order of events, not their timing: processes and kernels have their own. What must repeat to the
 * byte is tried in the simulation instead. Network namespaces with {@code tc} and {@code iptables} would cut closer to the
 * wire, but need root, and cannot answer with wrong bytes.
 */
package apidrive.failures;
