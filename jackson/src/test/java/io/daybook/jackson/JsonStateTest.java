package io.daybook.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventstore.Payload;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@SuppressWarnings("SameNameButDifferent") // shapes of the same name are what is compared
final class JsonStateTest {
  sealed interface Account {
    record None() implements Account {}

    record Open(
        String owner,
        BigDecimal balance,
        Optional<LocalDate> frozen,
        Map<String, List<Entry>> entries)
        implements Account {}
  }

  record Entry(BigDecimal amount, Kind kind) {}

  enum Kind {
    IN,
    OUT
  }

  /** A tree: its shape speaks of itself. */
  record Node(String name, List<Node> children) {}

  static final class Before {
    record State(String owner, int count) {}
  }

  static final class Moved {
    record State(String owner, int count) {}
  }

  static final class Renamed {
    record State(String owner, int number) {}
  }

  static final class Retyped {
    record State(String owner, long count) {}
  }

  static final class More {
    record State(String owner, int count, String more) {}
  }

  static final class Turned {
    record State(int count, String owner) {}
  }

  static final class Deep {
    record State(List<Inner> inner) {}

    record Inner(Kind kind) {}
  }

  static final class DeepChanged {
    record State(List<Inner> inner) {}

    record Inner(Kind kind) {}

    enum Kind {
      IN,
      OUT,
      BOTH
    }
  }

  @Test
  void aStateComesBack() {
    var codec = JsonState.of(Account.class);
    Account open =
        new Account.Open(
            "Ada",
            new BigDecimal("1.10"),
            Optional.of(LocalDate.parse("2026-01-01")),
            Map.of("x", List.of(new Entry(new BigDecimal("2.0"), Kind.IN))));

    assertThat(codec.decode(codec.encode(open))).isEqualTo(open);
    assertThat(codec.decode(codec.encode(new Account.None()))).isEqualTo(new Account.None());
    assertThat(codec.encode(open).contentType()).isEqualTo(Payload.JSON);
    var tree = new Node("a", List.of(new Node("b", List.of())));
    assertThat(JsonState.of(Node.class).decode(JsonState.of(Node.class).encode(tree)))
        .isEqualTo(tree);
  }

  @Test
  void whatIsNotAStateIsRefused() {
    var codec = JsonState.of(Account.class);

    for (String bad : List.of("{}", "{\"@type\":\"Gone\"}", "[]", "", "{\"@type\":\"Open\"}")) {
      assertThatThrownBy(() -> codec.decode(Payload.json(bad)))
          .isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void theShapeChangesWithTheStructureAndNotWithThePlace() {
    String shape = JsonState.of(Before.State.class).shape();

    assertThat(JsonState.of(Before.State.class).shape()).isEqualTo(shape);
    assertThat(JsonState.of(Moved.State.class).shape()).isEqualTo(shape);
    for (Class<?> changed :
        List.of(Renamed.State.class, Retyped.State.class, More.State.class, Turned.State.class)) {
      assertThat(JsonState.of(changed).shape()).isNotEqualTo(shape);
    }
    assertThat(JsonState.of(DeepChanged.State.class).shape())
        .isNotEqualTo(JsonState.of(Deep.State.class).shape());
    assertThat(shape).matches("1:[0-9a-f]{32}");
    assertThat(JsonState.of(Node.class).shape()).isNotEmpty();
  }

  @Test
  void theVersionIsAPartOfTheShape() {
    var codec = JsonState.of(Before.State.class);

    assertThat(codec.version(2).shape()).startsWith("2:").isNotEqualTo(codec.shape());
    assertThat(codec.version(1).shape()).isEqualTo(codec.shape());
  }

  @Test
  void theShapeIsTheSameInEveryRun() {
    assertThat(Shape.description(Deep.State.class))
        .isEqualTo("State { inner: List of ( Inner { kind: Kind [ IN OUT ] } ) } ");
    assertThat(Shape.description(Account.class))
        .isEqualTo(
            "Account permits ( None { } Open { owner: String balance: BigDecimal frozen: Optional"
                + " of ( LocalDate ) entries: Map of ( String List of ( Entry { amount: BigDecimal"
                + " kind: Kind [ IN OUT ] } ) ) } ) ");
  }
}
