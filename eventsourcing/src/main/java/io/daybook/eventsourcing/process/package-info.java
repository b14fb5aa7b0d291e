/**
 * Process managers and durable timers: what has to happen because something happened, over several
 * streams and over time.
 *
 * <p>A {@link io.daybook.eventsourcing.process.ProcessManager} says, in pure functions, how an
 * instance of a process reacts to events: by commands, timers and events of its own. A {@link
 * io.daybook.eventsourcing.process.ProcessRunner} follows a store and lets it react. Each reaction
 * is one append to the instance's own stream, with event ids that are made of the event that is
 * reacted to; the commands are sent after that, with ids that are made of the reaction. So wherever
 * a run ends, the next one goes on, and no effect happens twice.
 *
 * <p>{@link io.daybook.eventsourcing.process.Timers} records that a timer fired when it is time, in
 * the stream that scheduled it. {@link io.daybook.eventsourcing.process.Processes} waits for all of
 * them together.
 */
@NullMarked
package io.daybook.eventsourcing.process;

import org.jspecify.annotations.NullMarked;
