package io.daybook.jdbc;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * What owners of work decide about events that are parked, from the transaction that decides it,
 * and checks the lease, until it is said in the store and the checkpoint has moved past it.
 *
 * <p>The store does not know of leases. So nobody says there what stands nowhere else: an owner
 * that was overtaken before it decided is refused by the database, and what one has decided before
 * that is said by the next, before it does anything else. To say it twice is to say it once.
 */
final class Outbox {
  private final Database database;

  /**
   * A letter for the store.
   *
   * @param passes how far the checkpoint may be once it is said, and all that was decided with it
   */
  record Decided(Event letter, Position passes) {}

  Outbox(Database database) {
    this.database = database;
  }

  /** What is decided about some work, and perhaps not said yet. */
  List<Decided> of(String work) {
    return database.with(
        "what was decided about parked events of " + work + " cannot be read",
        connection ->
            database.query(
                connection,
                "SELECT event_id, event_type, letter, passes FROM daybook_outbox"
                    + " WHERE work = ? ORDER BY number",
                row ->
                    new Decided(
                        new Event(
                            UUID.fromString(row.getString(1)),
                            row.getString(2),
                            List.of(),
                            Payload.json(row.getBytes(3)),
                            Payload.empty()),
                        new Position(row.getLong(4))),
                work));
  }

  /** Adds letters in the connection's transaction, where there are none of that work. */
  void add(Connection connection, String work, List<Event> letters, Position passes)
      throws SQLException {
    for (int i = 0; i < letters.size(); i++) {
      Event letter = letters.get(i);
      var _ =
          database.update(
              connection,
              "INSERT INTO daybook_outbox (work, number, event_id, event_type, letter, passes)"
                  + " VALUES (?, ?, ?, ?, ?, ?)",
              work,
              i,
              letter.id().toString(),
              letter.type(),
              letter.data().toByteArray(),
              passes.value());
    }
  }

  /** Forgets, in the connection's transaction, what is said, or of nobody's concern any more. */
  void remove(Connection connection, String work) throws SQLException {
    var _ = database.update(connection, "DELETE FROM daybook_outbox WHERE work = ?", work);
  }

  /** What is decided stays so, but the work begins anew, in the connection's transaction. */
  void passNothing(Connection connection, String work) throws SQLException {
    var _ =
        database.update(
            connection,
            "UPDATE daybook_outbox SET passes = ? WHERE work = ?",
            Position.BEFORE_FIRST.value(),
            work);
  }
}
