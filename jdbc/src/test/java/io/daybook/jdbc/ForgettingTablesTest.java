package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.privacy.Forgetting;
import io.daybook.eventsourcing.privacy.InMemorySubjectKeys;
import io.daybook.eventsourcing.privacy.SubjectForgotten;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.eventsourcing.projection.InlineStore;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.jackson.JsonCodec;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A subject is forgotten, and with it what tables hold of it. */
final class ForgettingTablesTest extends DatabaseSuite {
  private static final Codec<SubjectForgotten> FORGOTTEN = JsonCodec.of(SubjectForgotten.class);

  @TempDir private Path folder;

  private final SubjectKeys keys = new InMemorySubjectKeys();
  private final Codec<Noted> codec =
      JsonCodec.of(Noted.class)
          .withPersonal(keys, personal -> personal.fields(Noted.class, Noted::customer, "note"));

  /** Something that is personal. */
  record Noted(String customer, String note) {}

  @Override
  DataSource newDatabase() {
    return Databases.sqlite(folder);
  }

  private SqlProjection notes() {
    return SqlProjection.named("notes", 1)
        .reading(codec)
        .table("notes", "customer VARCHAR(50) PRIMARY KEY, note VARCHAR(50) NOT NULL")
        .on(
            Noted.class,
            (sql, e) ->
                sql.row("notes")
                    .key("customer", e.event().customer())
                    .set("note", e.event().note())
                    .save());
  }

  @BeforeEach
  void noteSomething() {
    for (String customer : List.of("c-1", "c-2")) {
      Event event = codec.encode(Event.newId(), new Noted(customer, "likes tea"), Audit.none());
      store.append("customer-" + customer, ExpectedRevision.any(), event);
    }
  }

  private List<String> notesRead() {
    return rows("SELECT customer, note FROM notes ORDER BY customer");
  }

  @Test
  void nobodyReadsThePersonWhenForgetHasReturned() {
    try (SqlReadModel model = notes().follow(store, source, QUICK);
        Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).purging(model).on(store)) {
      model.awaitHead(SOON);
      assertThat(notesRead()).containsExactly("c-1|likes tea", "c-2|likes tea");
      var _ = forgetting.forget("c-1");
      assertThat(notesRead()).containsExactly("c-1|[forgotten]", "c-2|likes tea");
    }
  }

  @Test
  void inlineTablesTakeThePersonOutBeforeForgetReturns() {
    SqlProjection taking =
        notes()
            .reading(FORGOTTEN, Forgetting.CATEGORY)
            .on(
                SubjectForgotten.class,
                (sql, e) ->
                    sql.update("DELETE FROM {notes} WHERE customer = ?", e.event().subject()));
    EventStore inline = InlineStore.of(store, taking.inline(source));
    assertThat(notesRead()).containsExactly("c-1|likes tea", "c-2|likes tea");
    try (Forgetting forgetting = Forgetting.of(keys, FORGOTTEN).on(inline)) {
      var _ = forgetting.forget("c-1");
      assertThat(notesRead()).containsExactly("c-2|likes tea");
    }
  }

  /** The keys are deleted, and the process ended before anything was purged or recorded. */
  @Test
  void aCrashInBetweenIsMadeGoodAtTheNextOpening() {
    try (SqlReadModel model = notes().follow(store, source, QUICK)) {
      model.awaitHead(SOON);
    }
    keys.forget(List.of("c-1", "c-2"));
    try (SqlReadModel model = notes().follow(store, source, QUICK)) {
      assertThat(notesRead()).containsExactly("c-1|likes tea", "c-2|likes tea");
      Forgetting.of(keys, FORGOTTEN).purging(model).on(store).close();
      assertThat(notesRead()).containsExactly("c-1|[forgotten]", "c-2|[forgotten]");
      assertThat(rows("SELECT build, state FROM daybook_builds")).containsExactly("2|ACTIVE");
    }
  }
}
