package io.daybook.cli;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What led to an event, and what it led to: each event's metadata names what it follows from, and a
 * tag finds all that follow from it.
 */
final class CausationTree {
  private final EventStore store;
  private final int limit;
  private final Set<UUID> seen = new HashSet<>();
  private final List<Node> nodes = new ArrayList<>();
  private String correlationId = "";
  private String unknownCause = "";
  private boolean cut;

  /** How an event stands to the one that was asked for. */
  enum Relation {
    /** It led to it, directly or not. */
    ANCESTOR,
    /** It is the one. */
    EVENT,
    /** It follows from it, directly or not. */
    DESCENDANT,
    /** It is of the same conversation, and none of these. */
    CONVERSATION
  }

  /** An event and its place in the tree. */
  record Node(
      RecordedEvent event, Relation relation, int depth, Map<String, @Nullable Object> metadata) {
    String actor() {
      return JsonTree.text(metadata.get("actor"));
    }

    Map<String, @Nullable Object> toJson() {
      var json = new LinkedHashMap<String, @Nullable Object>();
      json.put("relation", relation.name().toLowerCase(Locale.ROOT));
      json.put("depth", depth);
      json.put("id", event.id());
      json.put("type", event.type());
      json.put("stream", event.stream());
      json.put("revision", event.revision().value());
      json.put("position", event.position().value());
      json.put("recordedAt", event.recordedAt());
      json.put("causationId", metadata.get("causationId"));
      json.put("correlationId", metadata.get("correlationId"));
      json.put("actor", metadata.get("actor"));
      return json;
    }
  }

  private CausationTree(EventStore store, int limit) {
    this.store = store;
    this.limit = limit;
  }

  /** Of that event; not more than so many events in all. */
  static CausationTree around(EventStore store, RecordedEvent event, int limit) {
    var tree = new CausationTree(store, limit);
    tree.build(event);
    return tree;
  }

  /** In the order of the tree, those of the conversation at the end. */
  List<Node> nodes() {
    return nodes;
  }

  /** The conversation; empty if the event is of none. */
  String correlationId() {
    return correlationId;
  }

  /** What the first of the ancestors follows from, if that is not an event; empty otherwise. */
  String unknownCause() {
    return unknownCause;
  }

  /** Whether there are more events than were asked for. */
  boolean isCut() {
    return cut;
  }

  private void build(RecordedEvent event) {
    seen.add(event.id());
    List<RecordedEvent> ancestors = ancestors(event);
    for (RecordedEvent ancestor : ancestors) {
      add(ancestor, Relation.ANCESTOR, nodes.size());
    }
    int depth = nodes.size();
    add(event, Relation.EVENT, depth);
    correlationId = JsonTree.text(nodes.getLast().metadata.get("correlationId"));
    addDescendants(event, depth);
    if (!correlationId.isEmpty()) {
      addConversation();
    }
  }

  private void add(RecordedEvent event, Relation relation, int depth) {
    nodes.add(new Node(event, relation, depth, metadata(event)));
  }

  /** The first cause first. */
  private List<RecordedEvent> ancestors(RecordedEvent event) {
    var ancestors = new ArrayDeque<RecordedEvent>();
    RecordedEvent at = event;
    while (at != null) {
      String causationId = JsonTree.text(metadata(at).get("causationId"));
      at = causationId.isEmpty() ? null : find(causationId);
      if (at == null) {
        unknownCause = causationId;
      } else if (!seen.add(at.id())) {
        at = null; // whoever wrote that had a strange idea of time
      } else if (ancestors.size() + 1 >= limit) {
        cut = true;
        at = null;
      } else {
        ancestors.addFirst(at);
      }
    }
    return List.copyOf(ancestors);
  }

  private @Nullable RecordedEvent find(String causationId) {
    try {
      return store.find(ControlRequests.eventId(causationId)).orElse(null);
    } catch (IllegalArgumentException _) {
      return null; // the id of a message, or whatever else
    }
  }

  private void addDescendants(RecordedEvent root, int rootDepth) {
    record Pending(RecordedEvent event, int depth) {}
    var pending = new ArrayDeque<Pending>();
    for (RecordedEvent child : children(root).reversed()) {
      pending.push(new Pending(child, rootDepth + 1));
    }
    while (!pending.isEmpty()) {
      if (nodes.size() >= limit) {
        cut = true;
        return;
      }
      Pending next = pending.pop();
      add(next.event, Relation.DESCENDANT, next.depth);
      for (RecordedEvent child : children(next.event).reversed()) {
        pending.push(new Pending(child, next.depth + 1));
      }
    }
  }

  /** Those that directly follow from it and were not seen before. */
  private List<RecordedEvent> children(RecordedEvent event) {
    var children = new ArrayList<RecordedEvent>();
    String tag = Audit.causationTag(event.id().toString());
    try (var read = store.read(ReadRequest.of(Query.tags(tag)).limit(limit))) {
      for (RecordedEvent child : read) {
        if (seen.add(child.id())) {
          children.add(child);
        }
      }
    }
    return children;
  }

  private void addConversation() {
    var query = Query.tags(Audit.correlationTag(correlationId));
    try (var read = store.read(query)) {
      for (RecordedEvent event : read) {
        if (nodes.size() >= limit) {
          cut = true;
          return;
        }
        if (seen.add(event.id())) {
          add(event, Relation.CONVERSATION, 0);
        }
      }
    }
  }

  private static Map<String, @Nullable Object> metadata(RecordedEvent event) {
    Payload metadata = event.metadata();
    if (metadata.size() == 0 || !metadata.contentType().equals(Payload.JSON)) {
      return Map.of();
    }
    try {
      return JsonTree.parseObject(metadata.text());
    } catch (IllegalArgumentException _) {
      return Map.of(); // no metadata of an audit
    }
  }
}
