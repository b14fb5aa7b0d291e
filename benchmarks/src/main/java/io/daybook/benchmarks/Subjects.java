package io.daybook.benchmarks;

import io.daybook.benchmarks.DaybookSubject.Form;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the subjects that take part in a run. Close it to stop what they share. */
final class Subjects implements AutoCloseable {
  /** All names, Daybook's included, in the order of tables. */
  static final List<String> NAMES =
      List.of(
          RawLimit.NAME,
          Form.PLAIN.subject(),
          Form.ENCRYPTED.subject(),
          Form.COMPRESSED.subject(),
          "sqlite",
          "rocksdb",
          "h2",
          "postgres",
          "chronicle",
          AppPeers.AXON,
          AppPeers.OCCURRENT);

  /** What no store can beat is not a peer. */
  static final class RawLimit {
    static final String NAME = "raw";

    private RawLimit() {}
  }

  private final PostgresServer postgres;
  private final List<String> taking;

  /**
   * Those of the given names, and Daybook.
   *
   * @param only the names of the others, or null for all peers
   */
  Subjects(Path work, @Nullable List<String> only) {
    postgres = new PostgresServer(work);
    taking =
        new ArrayList<>(
            NAMES.stream()
                .filter(n ->
                    n.equals(DaybookSubject.NAME)
                        || (only == null ? !DaybookSubject.isDaybook(n) : only.contains(n)))
                .toList());
  }

  /** Leaves PostgreSQL out, and returns why, if it does not start here. */
  @Nullable String leaveOutWhatDoesNotStart() {
    String problem = taking.contains("postgres") ? postgres.problem() : null;
    if (problem != null) {
      taking.remove("postgres");
    }
    return problem;
  }

  private Supplier<Subject> factory(String name) {
    for (Form form : Form.values()) {
      if (name.equals(form.subject())) {
        return () -> new DaybookSubject(form);
      }
    }
    return switch (name) {
      case RawLimit.NAME -> RawSubject::new;
      case "sqlite" -> SqliteSubject::new;
      case "rocksdb" -> RocksSubject::new;
      case "h2" -> H2Subject::new;
      case "postgres" -> () -> new PostgresSubject(postgres);
      case "chronicle" -> ChronicleSubject::new;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Whether one of that name takes part. */
  boolean takes(String name) {
    return taking.contains(name);
  }

  /** Makes those stores that have all these abilities. */
  List<Subject> with(Ability... abilities) {
    return taking.stream()
        .filter(name -> !name.equals(AppPeers.AXON) && !name.equals(AppPeers.OCCURRENT))
        .map(name -> factory(name).get())
        .filter(subject -> subject.abilities().containsAll(List.of(abilities)))
        .toList();
  }

  /** Makes another one of that name. */
  Subject another(String name) {
    return factory(name).get();
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
