package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says where a store ends, and signs it. */
@Command(
    name = "head",
    description = {
      "Print the position of the last event; -1 if there is none.",
      "",
      "With --sign: sign one hash over all events up to there. Whoever keeps it can tell later"
          + " whether any of them was changed or removed. With --new-key: make the keys for it.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class HeadCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;

  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  @Option(names = "--sign", description = "Print a signed head; needs --key.")
  private boolean sign;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The private key: Ed25519 in PEM, as --new-key and openssl write it.")
  private @Nullable String key;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the signed head to this file; replaced if it is there.")
  private @Nullable String out;

  @Option(
      names = "--new-key",
      paramLabel = "FILE",
      description =
          "Make a key pair: FILE is the secret, FILE.pub is for everybody who checks. Nothing is"
              + " overwritten.")
  private @Nullable String newKey;

  HeadCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() throws IOException {
    if (newKey != null) {
      if (sign || json || key != null || out != null) {
        throw CommandFailedException.usage("--new-key stands alone");
      }
      Proofs.Keys keys = context.proofs().newKeys();
      String open = ProofFiles.writeKeys(newKey, keys);
      context
          .out()
          .line(
              "key "
                  + keys.id()
                  + ": "
                  + newKey
                  + " is the secret, "
                  + open
                  + " is for everybody who checks");
    } else if (sign) {
      sign();
    } else if (key != null || out != null) {
      throw CommandFailedException.usage("--key and --out need --sign");
    } else {
      print();
    }
    return ExitCode.OK;
  }

  private void sign() throws IOException {
    if (key == null) {
      throw CommandFailedException.usage("--sign needs --key; head --new-key FILE makes one");
    }
    if (json) {
      throw CommandFailedException.usage("a signed head has one form, without --json");
    }
    String secret = ProofFiles.read(key, context);
    String location = store.location();
    Proofs proofs = context.proofsOf(location);
    String head;
    try (var line = new ProgressLine(context.terminal(), "event")) {
      head = proofs.signHead(location, secret, line.listener());
    } catch (CancellationException e) {
      throw ProofFiles.stopped(e);
    }
    ProofFiles.write(out, key, head, context);
  }

  private void print() {
    try (EventStore events = context.openToRead(store.location())) {
      var head = events.checkpointAt(events.head());
      context
          .out()
          .line(
              json
                  ? "{\"store\":\"%s\",\"epoch\":%d,\"position\":%s}"
                      .formatted(head.storeId(), head.epoch(), head.position())
                  : head.position().toString());
    }
  }
}
