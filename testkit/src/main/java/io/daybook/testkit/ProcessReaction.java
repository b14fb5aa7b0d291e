package io.daybook.testkit;

import io.daybook.eventsourcing.process.Reaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How a process reacted to something, in a test. Every step checks one thing and returns the
 * reaction, so that more can be checked.
 *
 * @param <S> the state of an instance
 */
public final class ProcessReaction<S> {
  private final ProcessScenario<S> after;
  private final List<Object> given;
  private final Object cause;
  private final Map<String, List<Reaction>> reactions;

  ProcessReaction(
      ProcessScenario<S> after,
      List<Object> given,
      Object cause,
      Map<String, List<Reaction>> reactions) {
    this.after = after;
    this.given = given;
    this.cause = cause;
    this.reactions = reactions;
  }

  /** What has happened now, to go on from. */
  public ProcessScenario<S> after() {
    return after;
  }

  /**
   * Exactly these commands are sent, in this order, each given by {@link Reaction#send}.
   *
   * @throws AssertionError if others are sent
   */
  public ProcessReaction<S> thenCommands(Reaction... expected) {
    return require(Arrays.asList(expected), only(Reaction.Send.class));
  }

  /**
   * Exactly these events of its own are remembered, in this order.
   *
   * @throws AssertionError if others are
   */
  public ProcessReaction<S> thenRemembered(Object... expected) {
    var wanted = new ArrayList<Reaction>();
    for (Object event : expected) {
      wanted.add(Reaction.remember(event));
    }
    return require(wanted, only(Reaction.Remember.class));
  }

  /**
   * The process reacts exactly so, in this order.
   *
   * @throws AssertionError if it reacts otherwise
   */
  public ProcessReaction<S> thenReactions(Reaction... expected) {
    return require(Arrays.asList(expected), only(Reaction.class));
  }

  /**
   * Nothing is done.
   *
   * @throws AssertionError if something is
   */
  public ProcessReaction<S> thenNothing() {
    return thenReactions();
  }

  /**
   * The only instance there is waits for that timer, which is due then.
   *
   * @throws AssertionError if it has no such timer, or it is due at another time
   */
  public ProcessReaction<S> thenTimer(String timer, Instant due) {
    var scheduled = after.instance(after.only()).timers().get(timer);
    Object actual = scheduled == null ? "no such timer" : scheduled.due();
    return equal("the timer " + timer, due, actual);
  }

  /**
   * The only instance there is waits for that timer, which is due so long after {@link
   * TestClock#START}.
   *
   * @throws AssertionError if it has no such timer, or it is due at another time
   */
  public ProcessReaction<S> thenTimer(String timer, Duration afterStart) {
    return thenTimer(timer, TestClock.START.plus(afterStart));
  }

  /**
   * The only instance there is waits for no timer.
   *
   * @throws AssertionError if it does
   */
  public ProcessReaction<S> thenNoTimers() {
    return equal("timers", List.of(), List.copyOf(after.instance(after.only()).timers().keySet()));
  }

  /**
   * The only instance there is has this state.
   *
   * @throws AssertionError if it has another
   */
  public ProcessReaction<S> thenState(S expected) {
    return equal("the state", expected, after.instance(after.only()).state());
  }

  /**
   * The only instance there is ended.
   *
   * @throws AssertionError if it did not
   */
  public ProcessReaction<S> thenEnded() {
    return equal("ended", true, after.instance(after.only()).ended());
  }

  private List<Reaction> only(Class<? extends Reaction> type) {
    return reactions.values().stream()
        .flatMap(List::stream)
        .filter(type::isInstance)
        .<Reaction>map(type::cast)
        .toList();
  }

  private ProcessReaction<S> require(List<Reaction> expected, List<Reaction> actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(Report.ofEvents(given, cause, expected, actual));
    }
    return this;
  }

  private ProcessReaction<S> equal(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(Report.of(what, given, cause, expected, actual));
    }
    return this;
  }
}
