package io.daybook.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import io.daybook.jdbc.SqlProjection;
import io.daybook.jdbc.SqlReadModel;
import io.daybook.testkit.ProjectionScenario;
import io.daybook.testkit.docs.Cart.CartCommand.Add;
import io.daybook.testkit.docs.Cart.CartCommand.CheckOut;
import io.daybook.testkit.docs.Cart.CartEvent;
import io.daybook.testkit.docs.Cart.CartEvent.Added;
import io.daybook.testkit.docs.Cart.CartEvent.CheckedOut;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** The code of docs/sql-read-models.md. */
final class SqlReadModelsPageTest {
  private final EventStore store = new InMemoryStore();
  private final Codec<CartEvent> codec = JsonCodec.of(CartEvent.class);
  private final SQLiteDataSource source = new SQLiteDataSource();
  @TempDir private Path folder;

  private final SqlProjection demand =
      SqlProjection.named("demand", 1)
          .reading(codec, "cart")
          .table("demand", "product VARCHAR(100) PRIMARY KEY, quantity BIGINT NOT NULL")
          .table("orders", "cart VARCHAR(100) PRIMARY KEY, ordered_at VARCHAR(30) NOT NULL")
          .define("CREATE INDEX {orders_by_time} ON {orders} (ordered_at)")
          .on(
              Added.class,
              (sql, e) ->
                  sql.row("demand")
                      .key("product", e.event().product())
                      .add("quantity", e.event().quantity())
                      .save())
          .on(
              CheckedOut.class,
              (sql, e) ->
                  sql.update(
                      "INSERT INTO {orders} (cart, ordered_at) VALUES (?, ?)",
                      e.streamId(),
                      e.recordedAt().toString()));

  @BeforeEach
  void openDatabase() {
    source.setUrl("jdbc:sqlite:" + folder.resolve("views.db"));
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void following() throws SQLException {
    var carts = CommandHandler.of("cart", Cart.DECIDER, codec).on(store);
    try (SqlReadModel model = demand.follow(store, source)) {
      carts.handle("7", new Add("pen", 2));
      var outcome = carts.handle("7", new CheckOut());

      model.await(outcome.position(), Duration.ofSeconds(5));
      assertThat(number(source, "SELECT quantity FROM demand WHERE product = 'pen'")).isEqualTo(2);

      model.rebuild();
      assertThat(number(source, "SELECT quantity FROM demand WHERE product = 'pen'")).isEqualTo(2);
    }
  }

  @Test
  void temporal() throws SQLException {
    SqlProjection prices =
        SqlProjection.named("levels", 1)
            .reading(codec, "cart")
            .table(
                "levels",
                "product VARCHAR(100) NOT NULL, valid_from VARCHAR(30) NOT NULL,"
                    + " quantity BIGINT NOT NULL, PRIMARY KEY (product, valid_from)")
            .on(
                Added.class,
                (sql, e) ->
                    sql.row("levels")
                        .key("product", e.event().product())
                        .key("valid_from", e.occurredAt().toString())
                        .set("quantity", e.event().quantity())
                        .save());
    var scenario =
        ProjectionScenario.of(codec)
            .givenAt(Instant.parse("2025-03-01T00:00:00Z"), "cart-1", new Added("pen", 5))
            .givenAt(Instant.parse("2025-03-03T00:00:00Z"), "cart-1", new Added("pen", 9));
    try (EventStore given = scenario.store();
        SqlReadModel model = prices.follow(given, source)) {
      model.awaitHead(Duration.ofSeconds(5));
      String asOf =
          "SELECT quantity FROM levels WHERE product = 'pen' AND valid_from <= '2025-03-02'"
              + " ORDER BY valid_from DESC LIMIT 1";
      assertThat(number(source, asOf)).isEqualTo(5);
    }
  }

  private static long number(DataSource source, String sql) throws SQLException {
    try (var connection = source.getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }
}
