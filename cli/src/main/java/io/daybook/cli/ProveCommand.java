package io.daybook.cli;

import io.daybook.eventstore.Position;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Proves that an event is stored, or that history is unchanged. */
@Command(
    name = "prove",
    description = {
      "Prove that an event is stored as it is, or that nothing has changed since a signed head.",
      "",
      "What is printed can be checked by daybook check-proof with the public key alone, without"
          + " the store.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class ProveCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final StoreOption store;

  @Parameters(paramLabel = "POSITION", arity = "0..1", description = "The event's position.")
  private @Nullable Long position;

  @Option(
      names = "--since",
      paramLabel = "HEADFILE",
      description =
          "Instead of an event: prove that what this head signed is unchanged, and what came since"
              + " was added behind it.")
  private @Nullable String since;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The private key, which signs the head as it is now.")
  private @Nullable String key;

  @Option(
      names = "--head",
      paramLabel = "HEADFILE",
      description = "Prove the event under this head, which was signed before; needs no key.")
  private @Nullable String head;

  @Option(
      names = "--hash-only",
      description = "Leave the event out and give its hash alone, so that nobody reads it.")
  private boolean hashOnly;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the proof to this file; replaced if it is there.")
  private @Nullable String out;

  ProveCommand(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  @Override
  public Integer call() throws IOException {
    if ((position == null) == (since == null)) {
      throw CommandFailedException.usage("either POSITION or --since HEADFILE is needed");
    }
    if ((key == null) == (head == null) || (since != null && head != null)) {
      throw CommandFailedException.usage(
          since == null ? "either --key or --head is needed" : "--since needs --key alone");
    }
    if (position != null && position < 0) {
      throw CommandFailedException.usage("POSITION counts from 0");
    }
    if (hashOnly && since != null) {
      throw CommandFailedException.usage("--hash-only is about an event");
    }
    String signer = ProofFiles.read(key == null ? String.valueOf(head) : key, context);
    String location = store.location();
    Proofs proofs = context.proofsOf(location);
    String proof;
    try (var line = new ProgressLine(context.terminal(), "event")) {
      ProgressListener progress = line.listener();
      if (position == null) {
        String older = ProofFiles.read(String.valueOf(since), context);
        proof = proofs.proveSince(location, older, signer, progress);
      } else if (key == null) {
        proof = proofs.proveUnder(location, new Position(position), signer, progress);
      } else {
        proof = proofs.prove(location, new Position(position), signer, progress);
      }
    } catch (CancellationException e) {
      throw ProofFiles.stopped(e);
    }
    ProofFiles.write(out, key, hashOnly ? proofs.withoutEvent(proof) : proof, context);
    return ExitCode.OK;
  }
}
