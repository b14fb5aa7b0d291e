package io.daybook.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.cli.Terminal;
import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.privacy.InMemorySubjectKeys;
import io.daybook.eventsourcing.privacy.SubjectKeysException;
import io.daybook.eventsourcing.projection.ProjectionListener;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Query;
import io.daybook.examples.bank.AccountCommand.Close;
import io.daybook.examples.bank.AccountCommand.Open;
import io.daybook.examples.bank.AccountEvent.Product;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of owners are sealed, and forgotten. */
@Tag("long")
class OwnersTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-15T12:00:00Z"), ZoneOffset.UTC);
  private static final LocalDate DAY = LocalDate.parse("2026-03-15");
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private String out = "";
  private String err = "";

  private int bank(String... words) {
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    var terminal = Terminal.of(InputStream.nullInputStream(), outBytes, errBytes);
    var args = new ArrayList<>(List.of("--data", data().toString()));
    args.addAll(List.of(words));
    int exitCode =
        new BankCommand(EngineStore::open, CLOCK, terminal).execute(args.toArray(String[]::new));
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return exitCode;
  }

  private String ok(String... words) {
    assertThat(bank(words)).as(err).isZero();
    return out;
  }

  private void fails(int exitCode, String... words) {
    assertThat(bank(words)).isEqualTo(exitCode);
    assertThat(out).isEmpty();
    assertThat(err).hasLineCount(1).doesNotContain("\tat ");
  }

  private Path data() {
    return directory.resolve("data");
  }

  /** Where a name stands in the bank's folder, to whoever has no key. */
  private List<String> inClear(String name) throws IOException {
    try (var files = Files.walk(data())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> read(file).contains(name))
          .map(file -> data().relativize(file).toString())
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anOwnerIsForgottenForGood() throws IOException {
    ok("open", "ada", "--owner", "Ada Novak", "--date", "2026-01-01");
    ok("open", "bert", "--owner", "Bert Dvorak", "--date", "2026-01-01");
    assertThat(ok("balances")).contains("Ada Novak", "Bert Dvorak");
    // read models are what people read, and hold it
    assertThat(inClear("Ada Novak")).containsExactly("derived/bank.sqlite");

    fails(4, "forget", "ada");
    assertThat(err).contains("refused, account-not-closed: ");
    fails(4, "forget", "nobody");
    assertThat(err).contains("refused, unknown-account: ");

    ok("close", "ada");
    assertThat(ok("forget", "ada", "--reason", "asked by letter"))
        .isEqualTo("ada: the owner is forgotten\n");
    assertThat(inClear("Ada Novak")).isEmpty();
    assertThat(inClear("Bert Dvorak")).containsExactly("derived/bank.sqlite");
    assertThat(ok("forget", "ada")).isEqualTo("ada: the owner is forgotten\n");
    for (String what : List.of("balances", "customers")) {
      assertThat(ok(what)).contains("[forgotten]", "Bert Dvorak").doesNotContain("Ada Novak");
    }
    assertThat(ok("balances", "--as-of", "2026-02-01")).contains("[forgotten]");
    assertThat(ok("audit", "ada")).contains("opened for [forgotten] in CZK");
    assertThat(ok("statement", "ada")).contains("[forgotten]");
    assertThat(ok("rebuild")).isNotEmpty();
    fails(4, "open", "ada", "--owner", "Eve");
  }

  @Test
  void readModelsThatFollowForgetToo() throws Exception {
    var store = new InMemoryStore();
    try (var keys = new InMemorySubjectKeys();
        var bank = new Bank(store, CLOCK, keys);
        var tables = bank.followTables(directory, ProjectionListener.none());
        var ledger = bank.followLedger()) {
      open(bank, "ada", "Ada");
      bank.handle(new Close("ada", DAY), "close");
      ledger.await(store.head(), SOON);
      tables.awaitHead();
      assertThat(tables.view().customers()).containsOnlyKeys("Ada");

      Audit.by("tina").because("asked by letter").run(() -> bank.forgetOwner("ada"));

      ledger.await(store.head(), SOON);
      tables.awaitHead();
      assertThat(tables.view().customers()).containsOnlyKeys("[forgotten]");
      List<Ledger.Line> lines = ledger.query(Ledger::accounts);
      assertThat(lines).extracting(Ledger.Line::owner).containsExactly("[forgotten]");
      assertThat(bank.account("ada").owner()).isEqualTo("[forgotten]");
      BankTablesTest.assertSame(tables.view(), bank);
      try (var read = store.read(Query.stream("forgotten-ada"))) {
        assertThat(read.toList()).hasSize(1);
      }
    }
  }

  /** Read models that follow hold no name any more when it is done, not a moment later. */
  @Test
  void whoeverIsForgottenIsInNoReadModel() {
    try (var keys = new InMemorySubjectKeys();
        var store = new InMemoryStore();
        var bank = new Bank(store, CLOCK, keys)) {
      bank.followLedger().close();
      try (var tables = bank.followTables(directory, ProjectionListener.none());
          var ledger = bank.followLedger()) {
        open(bank, "ada", "Ada");
        bank.handle(new Close("ada", DAY), "close");
        ledger.await(store.head(), SOON);
        tables.awaitHead();

        bank.forgetOwner("ada");

        assertThat(tables.view().customers()).containsOnlyKeys("[forgotten]");
        List<Ledger.Line> lines = ledger.query(Ledger::accounts);
        assertThat(lines).extracting(Ledger.Line::owner).containsExactly("[forgotten]");
      }
      bank.forgetOwner("ada"); // nobody follows any more
    }
  }

  @Test
  void aBankFromBeforeOpensAndItsNamesAreNotPassedOffAsForgotten() {
    try (EventStore store = EngineStore.open(data())) {
      String old =
          """
          {"date":"2026-01-01","owner":"Ada Novak","currency":"CZK","product":"STANDARD"}\
          """;
      var opened = Event.json("AccountOpened", old);
      var _ = store.append("account-ada", ExpectedRevision.noStream(), opened);
      // what wrote its id, but without keys
      open(new Bank(store, CLOCK), "bert", "Bert Dvorak");
    }
    assertThat(ok("balances")).contains("Ada Novak", "Bert Dvorak");
    for (String account : List.of("ada", "bert")) {
      ok("close", account);
      fails(1, "forget", account);
      assertThat(err).contains("the name of the owner of " + account + " was written in clear");
    }
    assertThat(ok("balances")).contains("Ada Novak", "Bert Dvorak");
  }

  @Test
  void keysThatAreLostAreAnErrorAndNoPlaceholder() throws IOException {
    ok("open", "ada", "--owner", "Ada Novak");
    Files.delete(data().resolve("keys/subject.keys"));
    fails(1, "audit", "ada");
    assertThat(err).contains("ada");
  }

  @Test
  void theMasterKeyMayBeElsewhere() throws IOException {
    Path file = directory.resolve("vault.key");
    fails(1, "open", "ada", "--owner", "Ada", "--master-key", file.toString());
    Files.writeString(file, "ab".repeat(32) + "\n");
    fails(1, "open", "ada", "--owner", "Ada", "--master-key", file.toString());
    assertThat(err).contains("chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    ok("open", "ada", "--owner", "Ada", "--master-key", file.toString());
    assertThat(data().resolve("master.key")).doesNotExist();
    fails(1, "balances");
    assertThat(err).contains("master.key");
    assertThat(ok("balances", "--master-key", file.toString())).contains("Ada");
  }

  @Test
  void whoeverLooksOnSeesNoNames() {
    ok("open", "ada", "--owner", "Ada Novak");
    assertThat(ok("diff", "account-ada")).contains("[sealed]").doesNotContain("Ada Novak");
  }

  @Test
  void theKeysAreNotSharedWithASecondProcess() {
    ok("open", "ada", "--owner", "Ada Novak");
    try (var _ = Owners.keys(data(), null)) {
      assertThatThrownBy(() -> Owners.keys(data(), null)).isInstanceOf(SubjectKeysException.class);
      fails(1, "balances");
    }
  }

  private static void open(Bank bank, String account, String owner) {
    var nothing = Money.of("0", "CZK");
    var _ =
        bank.handle(
            new Open(account, DAY, owner, Product.STANDARD, nothing, List.of()), "open-" + account);
  }
}
