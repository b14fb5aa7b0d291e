package io.daybook.jdbc;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.projection.InlineProjection;
import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventsourcing.subscription.FailurePolicy;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * How events lead to rows of tables. Immutable: every method returns a projection that knows more.
 *
 * <pre>{@code
 * var balances = SqlProjection.named("balances", 1)
 *     .reading(JsonCodec.of(AccountEvent.class))
 *     .table("balances", "account VARCHAR(100) PRIMARY KEY, cents BIGINT NOT NULL")
 *     .on(Deposited.class, (sql, e) ->
 *         sql.row("balances").key("account", e.streamId()).add("cents", e.event().cents()).save())
 *     .follow(store, dataSource);
 * }</pre>
 *
 * <p>What handlers write is committed together with the place in the log that it is of: each event
 * counts once, whatever crashes. The tables are created, and read under their names by whoever
 * likes; these are views of the tables that handlers write, which have the number of the build
 * behind their names.
 *
 * <p>When tables or handlers change, raise the version: the new version is built beside the old
 * one, and takes its place when it has caught up.
 */
public final class SqlProjection {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,59}");
  private static final Pattern TABLE = Pattern.compile("[a-z][a-z0-9_]{0,47}");

  private final Definition definition;

  /** A table: its name, and its columns in a dialect. */
  record Table(String name, Function<Dialect, String> columns) {}

  /** All there is to know. */
  record Definition(
      String name,
      int version,
      int partitions,
      Projection<Sql> handlers,
      Projection<Sql> effects,
      boolean hasEffects,
      List<Table> tables,
      List<Function<Dialect, String>> statements,
      FailurePolicy failures,
      ProjectionListener listener,
      Function<RecordedEvent, String> key) {
    Definition {
      tables = List.copyOf(tables);
      statements = List.copyOf(statements);
    }
  }

  /** A definition that is being changed. */
  private static final class Draft {
    private final Definition base;
    private final List<Table> tables;
    private final List<Function<Dialect, String>> statements;
    private int partitions;
    private Projection<Sql> handlers;
    private Projection<Sql> effects;
    private boolean hasEffects;
    private FailurePolicy failures;
    private ProjectionListener listener;
    private Function<RecordedEvent, String> key;

    Draft(Definition base) {
      this.base = base;
      this.tables = new ArrayList<>(base.tables);
      this.statements = new ArrayList<>(base.statements);
      this.partitions = base.partitions;
      this.handlers = base.handlers;
      this.effects = base.effects;
      this.hasEffects = base.hasEffects;
      this.failures = base.failures;
      this.listener = base.listener;
      this.key = base.key;
    }

    Definition finished() {
      return new Definition(
          base.name,
          base.version,
          partitions,
          handlers,
          effects,
          hasEffects,
          tables,
          statements,
          failures,
          listener,
          key);
    }
  }

  private SqlProjection(Definition definition) {
    this.definition = definition;
  }

  /**
   * A projection without handlers.
   *
   * @param name of a-z, 0-9, - and _, at most 60; names it in the database, in messages, and its
   *     dead letters
   * @param version of tables and handlers, from 1
   * @throws IllegalArgumentException if the name is of other characters, or the version less than 1
   */
  public static SqlProjection named(String name, int version) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a projection's name is of a-z, 0-9, - and _, begins with a letter and has 60 characters"
              + " at most, not: "
              + name);
    }
    if (version < 1) {
      throw new IllegalArgumentException("a projection's version is 1 or more, not " + version);
    }
    return new SqlProjection(
        new Definition(
            name,
            version,
            1,
            Projection.named(name, SqlProjection::noSession),
            Projection.named(name + "-effects", SqlProjection::noSession),
            false,
            List.of(),
            List.of(),
            FailurePolicy.stop(),
            ProjectionListener.none(),
            RecordedEvent::stream));
  }

  private static Sql noSession() {
    throw new IllegalStateException("a projection into tables is followed, not folded");
  }

  /** Reads events by that codec; see {@link Projection#reading}. */
  public SqlProjection reading(Codec<?> codec, String... categories) {
    return with(draft -> {
      draft.handlers = draft.handlers.reading(codec, categories);
      draft.effects = draft.effects.reading(codec, categories);
    });
  }

  /** Reads exactly what the query matches; see {@link Projection#from}. */
  public SqlProjection from(Query query) {
    return with(draft -> draft.handlers = draft.handlers.from(query));
  }

  /** Writes rows for each event of that class. */
  public <T> SqlProjection on(
      Class<T> eventClass, BiConsumer<? super Sql, ? super Recorded<T>> handler) {
    return with(draft -> draft.handlers = draft.handlers.update(eventClass, handler));
  }

  /**
   * Does something in the world outside for each event of that class. It has a checkpoint of its
   * own, which no rebuild, new version or reset moves back; so it is done once for each event, and
   * again only if the process died in the middle of it: {@code e.id()} tells who cares. It is not
   * ordered with the rows.
   */
  public <T> SqlProjection effect(Class<T> eventClass, Consumer<? super Recorded<T>> effect) {
    Objects.requireNonNull(effect, "effect");
    return with(draft -> {
      draft.effects = draft.effects.update(eventClass, (_, event) -> effect.accept(event));
      draft.hasEffects = true;
    });
  }

  /**
   * A table, by the definitions of its columns and keys: {@code "account VARCHAR(100) PRIMARY KEY,
   * cents BIGINT NOT NULL"}.
   *
   * @throws IllegalArgumentException if the name is not of a-z, 0-9 and _, at most 48
   */
  public SqlProjection table(String name, String columns) {
    Objects.requireNonNull(columns, "columns");
    return table(name, _ -> columns);
  }

  /** A table whose definition depends on the database; see {@link #table(String, String)}. */
  public SqlProjection table(String name, Function<Dialect, String> columns) {
    if (!TABLE.matcher(name).matches() || name.startsWith("daybook_") || name.contains("__")) {
      throw new IllegalArgumentException(
          "a table's name is of a-z, 0-9 and single _, begins with a letter (not with daybook_) and"
              + " has 48 characters at most, not: "
              + name);
    }
    var table = new Table(name, Objects.requireNonNull(columns, "columns"));
    return with(draft -> draft.tables.add(table));
  }

  /**
   * One more statement that is executed when the tables were created, with names in braces: {@code
   * CREATE INDEX {by_owner} ON {accounts} (owner)}; texts in quotes are left as they are. What it
   * creates must belong to one of the tables, and go when that is dropped.
   */
  public SqlProjection define(String statement) {
    Objects.requireNonNull(statement, "statement");
    return define(_ -> statement);
  }

  /** One more statement that depends on the database; see {@link #define(String)}. */
  public SqlProjection define(Function<Dialect, String> statement) {
    Objects.requireNonNull(statement, "statement");
    return with(draft -> draft.statements.add(statement));
  }

  /** What becomes of an event that a handler fails at; {@link FailurePolicy#stop} otherwise. */
  public SqlProjection onFailure(FailurePolicy policy) {
    Objects.requireNonNull(policy, "policy");
    return with(draft -> draft.failures = policy);
  }

  /** Tells that listener what read models of this projection do. */
  public SqlProjection watchedBy(ProjectionListener listener) {
    Objects.requireNonNull(listener, "listener");
    return with(draft -> draft.listener = listener);
  }

  /**
   * What events have to be in order with: those of one key are handled one after another, in one
   * partition, and wait behind one that is parked. The stream otherwise.
   */
  public SqlProjection keyedBy(Function<RecordedEvent, String> key) {
    Objects.requireNonNull(key, "key");
    return with(draft -> draft.key = key);
  }

  /**
   * Shares the work out among so many workers, in this and other instances, by the events' keys. No
   * two keys may write the same row. To change the number, raise the version.
   *
   * @throws IllegalArgumentException if the number is less than 1 or more than 1,000
   */
  public SqlProjection partitions(int count) {
    if (count < 1 || count > 1_000) {
      throw new IllegalArgumentException("there are 1 to 1,000 partitions, not " + count);
    }
    return with(draft -> draft.partitions = count);
  }

  /** The name. */
  public String name() {
    return definition.name;
  }

  /**
   * Creates the tables if they are missing and keeps them current, on threads of its own, until the
   * read model or the store is closed. Other instances of the application may do the same: they
   * share the work.
   *
   * @throws IllegalStateException if there is no handler, or one for a class that no codec knows;
   *     if the database holds a later version
   * @throws SqlFailedException if the database refuses a definition, or cannot be reached
   */
  public SqlReadModel follow(EventStore store, DataSource source) {
    return follow(store, source, SqlFollowing.standard());
  }

  /** The same, and tells how; see {@link #follow(EventStore, DataSource)}. */
  public SqlReadModel follow(EventStore store, DataSource source, SqlFollowing following) {
    return SqlReadModel.start(definition, store, Database.open(source), following);
  }

  /**
   * Tables that are kept current by the thread that appends, before its append returns: give it to
   * {@link InlineStore}. Partitions, effects and dead letters are for those who follow: here a
   * failure is the appender's.
   */
  public InlineProjection inline(DataSource source) {
    return new SqlInline(definition, Database.open(source));
  }

  private SqlProjection with(Consumer<Draft> change) {
    var draft = new Draft(definition);
    change.accept(draft);
    return new SqlProjection(draft.finished());
  }
}
