/**
 * The command line: puts files into API Drive servers and gets them back.
 *
 * <p>{@link apidrive.client.ApiDriveCommand} holds the commands. {@link apidrive.client.Network} speaks to servers, by the
 * original's store and retrieve contracts, so that any API Drive server will do, and knows how each is doing: whom to
 * ask, whom to leave alone for a while, whom to overtake. {@link apidrive.client.Workers} keeps a bounded number of
 * chunks under way. A put and a get keep a journal beside the file and go on where they were interrupted.
 */
package apidrive.client;
