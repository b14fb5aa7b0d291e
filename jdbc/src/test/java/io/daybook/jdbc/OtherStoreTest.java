package io.daybook.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.projection.ProjectionFailedException;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.CheckpointMismatchException;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jdbc.Ledger.Deposited;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Tables that were filled from one store are not taken for those of another. */
@Timeout(60)
final class OtherStoreTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private static SqlProjection moves() {
    return SqlProjection.named("moves", 1)
        .reading(Ledger.CODEC, "account")
        .table("moves", "cents BIGINT NOT NULL")
        .on(
            Deposited.class,
            (sql, e) -> sql.update("INSERT INTO {moves} (cents) VALUES (?)", e.event().cents()));
  }

  @Test
  void tablesOfAnotherStoreAreRefused() {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + folder.resolve("views.sqlite"));
    try (var store = new InMemoryStore()) {
      Ledger.append(store, "ada", new Deposited(5), new Deposited(6), new Deposited(7));
      try (SqlReadModel model = moves().follow(store, source)) {
        model.awaitHead(SOON);
      }
    }
    try (var other = new InMemoryStore()) {
      Ledger.append(other, "bert", new Deposited(1));
      try (SqlReadModel model = moves().follow(other, source)) {
        assertThatThrownBy(() -> model.awaitHead(SOON))
            .isInstanceOf(ProjectionFailedException.class)
            .hasRootCauseInstanceOf(CheckpointMismatchException.class);
        assertThat(model.status()).isEqualTo(ReadModel.Status.FAILED);
      }
    }
  }
}
