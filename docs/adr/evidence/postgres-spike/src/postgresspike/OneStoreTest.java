package postgresspike;

import io.daybook.eventstore.EventStore;
import io.daybook.tck.EventStoreTck;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The suite on one store, which decides what waits together. */
class OneStoreTest extends EventStoreTck {
  private static Server server;

  @BeforeAll
  static void start() throws Exception {
    server = Server.start(Boolean.getBoolean("durable"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected EventStore open(InstantSource clock) throws Exception {
    return server.open(server.newSchema(), clock, 256);
  }
}
