/**
 * Commands are decided against the state that events lead to, and the events that follow are
 * appended.
 *
 * <p>A {@link io.daybook.eventsourcing.decider.Decider} is the domain: three pure functions. A
 * {@link io.daybook.eventsourcing.decider.CommandHandler} runs it on a store: load, decide, append
 * with the expected revision, and again if someone else was faster. A {@link
 * io.daybook.eventsourcing.decider.UnitOfWork} lets several deciders decide together, all or
 * nothing.
 *
 * <p>Where a rule spans entities that are not known beforehand, a {@link
 * io.daybook.eventsourcing.decider.DecisionHandler} decides by a {@link
 * io.daybook.eventsourcing.decider.DecisionModel} of small views, and its append holds only if
 * nothing that any of them reads was added.
 *
 * <p>States are kept and shared between threads: they must be immutable, as records are. Deciding
 * may happen more than once per command, so it must have no side effects.
 */
@NullMarked
package io.daybook.eventsourcing.decider;

import org.jspecify.annotations.NullMarked;
