package io.daybook.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.tenancy.TenantLease;
import io.daybook.eventsourcing.tenancy.TenantOptions;
import io.daybook.eventsourcing.tenancy.TenantSource;
import io.daybook.eventsourcing.tenancy.TenantStores;
import io.daybook.eventstore.EventStore;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.docs.Cart.CartCommand.Add;
import io.daybook.testkit.docs.Cart.CartEvent;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/multi-tenancy.md. */
final class TenancyPageTest {
  private final Codec<CartEvent> codec = JsonCodec.of(CartEvent.class);

  @Test
  void tenants(@TempDir Path folder) {
    TenantSource source = TenantSource.folders(folder, EngineStore::open);
    try (TenantStores tenants = TenantStores.of(source, TenantOptions.defaults().maxOpen(100))) {
      try (TenantLease lease = tenants.open("acme")) {
        var carts = CommandHandler.of("cart", Cart.DECIDER, codec).on(lease.store());
        carts.handle("7", new Add("pen", 2));
      }
      EventStore acme = tenants.store("acme");
      assertThat(acme.head().value()).isEqualTo(0);
      assertThat(tenants.list()).containsExactly("acme");
      tenants.delete("acme");
      assertThat(tenants.list()).isEmpty();
    }
  }
}
