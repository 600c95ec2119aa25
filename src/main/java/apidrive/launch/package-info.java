/**
 * Makes the WAR a program: {@code java -jar apidrive.war} is the command line, and its {@code serve} a server.
 *
 * <p>{@link apidrive.launch.Main} stands at the WAR's root and knows the JDK alone; it unpacks the few libraries that a
 * command needs and goes on in {@link apidrive.launch.Program} on their class path. {@link apidrive.launch.ServeCommand}
 * turns options into settings and lets {@link apidrive.launch.JettyServer} deploy the same WAR that a container would,
 * so that there is one way to start a node. A second artefact, with everything repacked into one jar, was rejected.
 */
package apidrive.launch;
