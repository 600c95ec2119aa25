/** The nodes of the network: who they are, who is alive, and how everybody comes to know. */
package apidrive.peer;
