/**
 * Work that a node does by itself, in bounded steps.
 *
 * <p>A {@link apidrive.job.Job} says what one step is and how long to wait before the next;
 * {@link apidrive.job.JobRunner} owns the threads, the pace, the back-off after a failure, shutdown, the log line and what
 * is shown of each job. A scheduling library was rejected: state that must outlive the process is in the tables the jobs
 * work on, and several WARs take turns by advisory locks, so all that is left is a timer.
 */
package apidrive.job;
