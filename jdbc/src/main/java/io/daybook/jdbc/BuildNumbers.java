package io.daybook.jdbc;

import io.daybook.eventsourcing.subscription.BuildId;
import io.daybook.eventsourcing.subscription.Parking;
import io.daybook.eventstore.EventStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The numbers of a projection's builds. None is given twice, also not after the database was
 * restored: what was parked for a build is parked under its number, and stays so when it is gone.
 */
final class BuildNumbers {
  private final String projection;
  private final Database database;
  private final EventStore store;

  BuildNumbers(String projection, Database database, EventStore store) {
    this.projection = projection;
    this.database = database;
    this.store = store;
  }

  /** To be asked, and taken, while no other instance changes builds of the projection. */
  int next() {
    List<Integer> last =
        database.with(
            "the builds of the projection " + projection + " cannot be read",
            connection ->
                database.query(
                    connection,
                    "SELECT last_build FROM daybook_build_numbers WHERE name = ?"
                        + " UNION ALL SELECT MAX(build) FROM daybook_builds WHERE name = ?",
                    row -> row.getInt(1),
                    projection,
                    projection));
    int parked = Parking.lastBuild(store, projection, database.id());
    return 1 + Math.max(parked, last.stream().mapToInt(n -> n).max().orElse(0));
  }

  /** The same, for a build of which is discarded what is discarded of that one. */
  int nextDiscarding(int serving) {
    int next = next();
    var from = new BuildId(database.id(), serving);
    Parking.inheritDiscarded(store, projection, from, new BuildId(database.id(), next));
    return next;
  }

  /** Takes a number, in the connection's transaction. */
  void take(Connection connection, int number) throws SQLException {
    int known =
        database.update(
            connection,
            "UPDATE daybook_build_numbers SET last_build = ? WHERE name = ?",
            number,
            projection);
    if (known == 0) {
      var _ =
          database.update(
              connection,
              "INSERT INTO daybook_build_numbers (name, last_build) VALUES (?, ?)",
              projection,
              number);
    }
  }
}
