/** The wiring of a node: {@link apidrive.Node} calls every constructor and owns start and stop. */
package apidrive;
