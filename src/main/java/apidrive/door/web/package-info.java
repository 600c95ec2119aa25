/**
 * The pages in the browser. They are plain files of the webapp, standards only, without a build step, and use the public API
 * like any other client, so there is nothing here but how they are sent: {@link apidrive.door.web.PageFilter}.
 *
 * <p>The container's own servlet for files was not enough: it tells versions apart by time and size, and all files of a
 * reproducible WAR have the same time, so that browsers would keep files of the WAR before; and some containers send no
 * ETag. A library comes as a WebJar and is read from the class path, because this application is set to have no container
 * search its jars.
 */
package apidrive.door.web;
