package io.daybook.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What commands that keep a store have in common: which one, and how to say what was done. */
final class KeptStore {
  private final Context context;

  @Mixin private final StoreOption store;

  @Option(names = "--json", description = "Say what was done as one JSON object.")
  private boolean json;

  KeptStore(Context context, RootCommand root) {
    this.context = context;
    this.store = new StoreOption(root);
  }

  /** Where the store is; fails unless there is one. */
  String location() {
    String location = store.location();
    Context.requireStore(context.providerOf(location), location);
    return location;
  }

  boolean asksForJson() {
    return json;
  }
}
