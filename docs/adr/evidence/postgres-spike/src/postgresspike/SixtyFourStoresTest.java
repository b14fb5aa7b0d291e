package postgresspike;

import io.daybook.eventstore.EventStore;
import io.daybook.tck.EventStoreTck;
import java.sql.Connection;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The suite on 64 stores that share their tables, each thread using its own, while one transaction
 * of another application, on other tables, stays open after it has written.
 */
class SixtyFourStoresTest extends EventStoreTck {
  private static Server server;
  private static Connection stalled;

  @BeforeAll
  static void start() throws Exception {
    server = Server.start(Boolean.getBoolean("durable"));
    stalled = server.foreignSession();
    stalled.setAutoCommit(false);
    try (var statement = stalled.createStatement()) {
      statement.execute("CREATE TABLE others (a int)");
      stalled.commit();
      statement.execute("INSERT INTO others VALUES (1)");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    stalled.commit();
    stalled.close();
    server.close();
  }

  @Override
  protected EventStore open(InstantSource clock) throws Exception {
    return server.openGroup(server.newSchema(), clock, 64);
  }
}
