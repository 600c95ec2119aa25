/**
 * Makes the WAR a program: {@code java -jar apidrive.war} is the command line, and its {@code serve} a server.
 *
 * <p>{@link apidrive.launch.Main} stands at the WAR's root and knows the JDK alone; it unpacks the few libraries that a
 * command needs and goes on in {@link apidrive.launch.Program} on their class path. {@link apidrive.launch.ServeCommand}
 * turns options into settings and lets {@link apidrive.launch.JettyServer} deploy the same WAR that a container would,
 * so that there is one way to start a node. A second artefact, with everything repacked into one jar, was rejected. So was Jetty's own
 * format of an access log: it tells ids, by which whoever reads it could fetch what they are of, where {@code AccessLog} tells none.
 *
 * <p>{@link apidrive.launch.Demo} runs several such servers on one PostgreSQL of its own, each as a process, so that one may be
 * killed; threads of one process would be quicker to start and show nothing. What it starts ends with it: its servers notice
 * the end of their input ({@code EndWithInput}), a small shell stops the PostgreSQL ({@code PostgresGuard}).
 */
package apidrive.launch;
