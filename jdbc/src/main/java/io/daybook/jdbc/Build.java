package io.daybook.jdbc;

import java.util.ArrayList;
import java.util.List;

/** One build of a projection's tables: what the database knows of it. */
record Build(
    String projection, int number, int version, int partitions, State state, List<String> tables) {

  /** How a build is. */
  enum State {
    /** Its tables are being created. */
    CREATING,
    /** It is built beside the active one. */
    BUILDING,
    /** It is the one that is read. */
    ACTIVE,
    /** It is the one that is read, and stands still until the next has taken its place. */
    FROZEN,
    /** Its tables can be dropped. */
    RETIRED
  }

  Build {
    tables = List.copyOf(tables);
  }

  boolean isServing() {
    return state == State.ACTIVE || state == State.FROZEN;
  }

  boolean runs(int ofVersion) {
    return version == ofVersion && (state == State.BUILDING || state == State.ACTIVE);
  }

  /** The name of a partition's lease and checkpoint. */
  String work(int partition) {
    return projection + "/" + number + "/" + partition;
  }

  List<String> works() {
    var works = new ArrayList<String>();
    for (int i = 0; i < partitions; i++) {
      works.add(work(i));
    }
    return works;
  }
}
