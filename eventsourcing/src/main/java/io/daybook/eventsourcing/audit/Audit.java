package io.daybook.eventsourcing.audit;

import io.daybook.eventstore.Limits;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who did something, why, when in business time, and what led to it. Immutable; start from {@link
 * #none()}, {@link #by} or {@link #current()} and add.
 *
 * <pre>{@code
 * Audit.by("ada").because("salary of May").run(() -> accounts.handle("42", deposit));
 * }</pre>
 *
 * <p>{@link #run} and {@link #call} bind it to the calling thread while the work runs (a {@link
 * ScopedValue}: it ends with the work, and threads that the work forks in a structured way inherit
 * it). An inner audit replaces the outer one; {@code Audit.current().because("…")} adds to it.
 */
public final class Audit {
  /** The names that the known entries have in an event's metadata. */
  private static final String ACTOR = "actor";

  private static final String CORRELATION = "correlationId";
  private static final String CAUSATION = "causationId";
  private static final String COMMAND = "commandId";
  private static final String REASON = "reason";
  private static final String OCCURRED_AT = "occurredAt";

  private static final ScopedValue<Audit> CURRENT = ScopedValue.newInstance();
  private static final Audit NONE = new Audit(Map.of());

  private final Map<String, String> entries;

  private Audit(Map<String, String> entries) {
    this.entries = entries;
  }

  /** Nothing is known. */
  public static Audit none() {
    return NONE;
  }

  /** Done by that actor: a user, a service, a job. */
  public static Audit by(String actor) {
    return NONE.withActor(actor);
  }

  /** What was bound around the work that the calling thread does; {@link #none()} if nothing. */
  public static Audit current() {
    return CURRENT.orElse(NONE);
  }

  /** What {@link #entries()} gave. */
  public static Audit ofEntries(Map<String, String> entries) {
    return entries.isEmpty()
        ? NONE
        : new Audit(Collections.unmodifiableMap(new LinkedHashMap<>(entries)));
  }

  /** The same, done by that actor. */
  public Audit withActor(String actor) {
    return with(ACTOR, actor);
  }

  /** The same, for that reason. */
  public Audit because(String reason) {
    return with(REASON, reason);
  }

  /**
   * The same, as a part of that conversation: a request, a session, a trace. All events of a
   * conversation are found by {@link #correlationTag}.
   *
   * @throws IllegalArgumentException if the id is too long for a tag or holds control characters
   */
  public Audit correlatedBy(String correlationId) {
    Limits.requireTag(correlationTag(correlationId));
    return with(CORRELATION, correlationId);
  }

  /**
   * The same, as a direct consequence of that event or message. All consequences are found by
   * {@link #causationTag}.
   *
   * @throws IllegalArgumentException if the id is too long for a tag or holds control characters
   */
  public Audit causedBy(String causationId) {
    Limits.requireTag(causationTag(causationId));
    return with(CAUSATION, causationId);
  }

  /**
   * The same, as the outcome of the command with that id. Command handling calls this with the id
   * that it is given; an id that is only written here does not make a command idempotent.
   *
   * @throws IllegalArgumentException if the id is too long for a tag or holds control characters
   */
  public Audit ofCommand(String commandId) {
    Limits.requireTag(commandTag(commandId));
    return with(COMMAND, commandId);
  }

  /** The same, having happened at that instant, which may be long before it is recorded. */
  public Audit occurredAt(Instant instant) {
    return with(OCCURRED_AT, instant.toString());
  }

  /** The same, with an entry of any name. */
  public Audit with(String name, String value) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    var all = new LinkedHashMap<>(entries);
    all.put(name, value);
    return new Audit(Collections.unmodifiableMap(all));
  }

  /** Who did it. */
  public Optional<String> actor() {
    return entry(ACTOR);
  }

  /** The conversation that it is a part of. */
  public Optional<String> correlationId() {
    return entry(CORRELATION);
  }

  /** The event or message that it directly follows from. */
  public Optional<String> causationId() {
    return entry(CAUSATION);
  }

  /** The command that it is the outcome of. */
  public Optional<String> commandId() {
    return entry(COMMAND);
  }

  /** Why it was done. */
  public Optional<String> reason() {
    return entry(REASON);
  }

  /**
   * When it happened, if that was said; otherwise the time of recording counts.
   *
   * @throws IllegalStateException if the entry, written by someone else, is not an ISO-8601 instant
   */
  public Optional<Instant> occurredAt() {
    String text = entries.get(OCCURRED_AT);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      throw new IllegalStateException(
          "the metadata entry occurredAt is not an ISO-8601 instant: " + text, e);
    }
  }

  /** The entry of that name. */
  public Optional<String> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** All entries by their names in the metadata: {@code actor}, {@code reason} and so on. */
  public Map<String, String> entries() {
    return entries;
  }

  /** Whether nothing is known. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * The reserved tags under which an event is found: {@code $correlation:…}, {@code $causation:…},
   * {@code $command:…}.
   */
  public List<String> tags() {
    if (entries.isEmpty()) {
      return List.of();
    }
    var tags = new ArrayList<String>(3);
    correlationId().map(Audit::correlationTag).ifPresent(tags::add);
    causationId().map(Audit::causationTag).ifPresent(tags::add);
    commandId().map(Audit::commandTag).ifPresent(tags::add);
    return List.copyOf(tags);
  }

  /** The tag of all events of a conversation. */
  public static String correlationTag(String correlationId) {
    return "$correlation:" + correlationId;
  }

  /** The tag of all events that directly follow from an event or message. */
  public static String causationTag(String causationId) {
    return "$causation:" + causationId;
  }

  /** The tag of all events that a command led to. */
  public static String commandTag(String commandId) {
    return "$command:" + commandId;
  }

  /** Does the work; {@link #current()} is this meanwhile. */
  public void run(Runnable work) {
    ScopedValue.where(CURRENT, this).run(work);
  }

  /** Does the work and returns its result; {@link #current()} is this meanwhile. */
  public <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> work) throws X {
    return ScopedValue.where(CURRENT, this).call(work);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Audit that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
