package io.daybook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamSettings;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CopyCommandTest {
  private final Shell shell = new Shell();

  private void append(String stream, String... types) {
    for (String type : types) {
      shell.store().append(stream, ExpectedRevision.any(), Event.json(type, "{\"n\":1}"));
    }
  }

  private List<RecordedEvent> copy() {
    return shell.stores().store("copy").read(Query.everything()).toList();
  }

  @Test
  void copies_a_store_and_says_so() {
    append("a-1", "X", "Y");
    append("b-1", "X");

    assertThat(shell.run("copy", "--to", "copy").ok().out()).startsWith("copied 3 events in ");
    assertThat(copy()).extracting(RecordedEvent::stream).containsExactly("a-1", "a-1", "b-1");
    assertThat(copy())
        .extracting(RecordedEvent::id)
        .isEqualTo(
            shell.store().read(Query.everything()).toList().stream()
                .map(RecordedEvent::id)
                .toList());
  }

  @Test
  void renames_and_leaves_out() {
    append("a-1", "X", "Y", "Z");
    append("b-1", "X");
    append("c-1", "X");

    var outcome =
        shell.run(
            "copy",
            "--to",
            "copy",
            "--only-category",
            "a",
            "--only-category",
            "b",
            "--rename-type",
            "X=Y",
            "--rename-type",
            "Y=X",
            "--drop-type",
            "Z",
            "--rename-stream",
            "b-1=d-9",
            "--rename-category",
            "a=acc");

    assertThat(outcome.ok().out()).contains("copied 3 events in ", ", left out 1 event");
    assertThat(copy())
        .extracting(e -> e.stream() + " " + e.type())
        .containsExactly("acc-1 Y", "acc-1 X", "d-9 Y");
  }

  @Test
  void goes_on_where_it_was() {
    append("a-1", "X");
    shell.run("copy", "--to", "copy").ok();
    append("a-1", "Y");

    assertThat(shell.run("copy", "--to", "copy").ok().out())
        .isEqualTo("went on after position 0: copied 1 event in 1 append\n");
    assertThat(shell.run("copy", "--to", "copy").ok().out())
        .isEqualTo("went on after position 1: copied 0 events in 0 appends\n");
    assertThat(copy()).hasSize(2);
  }

  @Test
  void tells_everything_as_json() {
    append("a-\"1\"", "X", "X");
    shell
        .store()
        .changeSettings("a-\"1\"", ExpectedRevision.any(), StreamSettings.none().withMaxCount(1));

    assertThat(shell.run("copy", "--to", "copy", "--json").ok().out())
        .isEqualTo(
            "{\"after\":-1,\"head\":2,\"read\":1,\"copied\":1,\"left\":0,\"appends\":1,\"divided\":0,\"withoutTime\":0,\"settings\":1,\"settingsLeft\":[]}\n");
  }

  @Test
  void a_name_that_does_not_occur_is_a_mistake() {
    append("a-1", "X");

    shell
        .run("copy", "--to", "copy", "--rename-type", "Xx=Y")
        .failed(1, "daybook copy: there is no type Xx in ./daybook-data");
    shell
        .run("copy", "--to", "copy", "--drop-type", "x")
        .failed(1, "daybook copy: there is no type x in ./daybook-data");
    shell
        .run("copy", "--to", "copy", "--only-category", "b")
        .failed(1, "daybook copy: there is no category b in ./daybook-data");
    shell
        .run("copy", "--to", "copy", "--rename-stream", "a-2=a-3")
        .failed(1, "daybook copy: there is no stream a-2 in ./daybook-data");
    shell
        .run("copy", "--to", "copy", "--rename-category", "a=b-c")
        .failed(2, "daybook copy: a category ends before the first -, so it holds none: b-c");
    shell
        .run("copy", "--to", "copy", "--rename-stream", "a-1=$x")
        .failed(
            1,
            "daybook copy: the target does not take the copy: streams that start with $ are the"
                + " system's: $x");
    assertThat(shell.stores().exists("copy")).isTrue();
    assertThat(copy()).isEmpty();
  }

  @Test
  void what_makes_no_sense_is_refused() {
    append("a-1", "X");

    shell
        .run("copy", "--to", "x/../daybook-data")
        .failed(2, "daybook copy: --to names the store itself; name another directory");
    assertThat(shell.run("copy").exitCode()).isEqualTo(2);
    shell
        .run("copy", "--data", "nowhere", "--to", "copy")
        .failed(
            1,
            "daybook copy: there is no store in nowhere; append and import create one, --data names"
                + " another");
    shell
        .stores()
        .store("copy")
        .append("else-1", ExpectedRevision.any(), Event.json("Other", "{}"));
    shell
        .run("copy", "--to", "copy")
        .failed(
            1,
            "daybook copy: the target holds events that are not of the source, the last one at"
                + " position 0 in else-1; copy into an empty store, or resume with the source that"
                + " it was begun with");
  }

  @Test
  void somebody_else_in_the_target_is_a_conflict() {
    append("a-1", "X");
    var other = new AtomicInteger(1);
    shell
        .stores()
        .wrap(store ->
            new ForwardingStore(store) {
              @Override
              public AppendResult append(Append append) {
                if (other.getAndDecrement() > 0) {
                  super.append(Append.to("else-1").events(Event.json("Other", "{}")));
                }
                return super.append(append);
              }

              @Override
              public void close() {}
            });

    shell
        .run("copy", "--to", "copy")
        .failed(
            3,
            "daybook copy: somebody else has written to the target, at position 0, while it was"
                + " copied to; copy into a store that nobody writes to");
  }

  @Test
  void an_interrupt_leaves_a_copy_that_can_be_resumed() {
    for (int i = 0; i < 3_000; i++) {
      append("a-" + i % 7, "X");
    }
    shell.stores().wrap(CopyCommandTest::interrupting);
    var stopped = shell.run("copy", "--to", "copy");
    stopped.failed(130, "daybook copy: stopped; the same command again goes on where it was");
    assertThat(copy().size()).isBetween(1, 2_999);

    shell.stores().wrap(KeptOpenStore::new);
    assertThat(shell.run("copy", "--to", "copy").ok().out()).startsWith("went on after position ");
    assertThat(copy()).hasSize(3_000);
    assertThat(copy().stream().map(RecordedEvent::id).distinct()).hasSize(3_000);
  }

  /** As if Ctrl-C came with the first append. */
  private static EventStore interrupting(EventStore store) {
    return new KeptOpenStore(store) {
      @Override
      public AppendResult append(Append append) {
        AppendResult result = super.append(append);
        Thread.currentThread().interrupt();
        return result;
      }
    };
  }
}
