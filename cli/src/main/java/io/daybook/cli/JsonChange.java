package io.daybook.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A place where two JSON texts differ.
 *
 * @param path the place, as a JSON Pointer; empty for the whole
 * @param before what was there, as JSON; null if there was nothing
 * @param after what is there, as JSON; null if there is nothing
 */
record JsonChange(String path, @Nullable Part before, @Nullable Part after) {

  /** What stands in a place, which may be JSON's null. */
  record Part(@Nullable Object tree) {}

  /** All places where they differ, as deep as they are alike around them. */
  static List<JsonChange> between(@Nullable Object before, @Nullable Object after) {
    var changes = new ArrayList<JsonChange>();
    compare("", new Part(before), new Part(after), changes);
    return changes;
  }

  private static void compare(
      String path, @Nullable Part before, @Nullable Part after, List<JsonChange> changes) {
    Object was = before == null ? null : before.tree;
    Object is = after == null ? null : after.tree;
    if (was instanceof Map<?, ?> oldMap && is instanceof Map<?, ?> newMap) {
      var names = new LinkedHashSet<Object>(oldMap.keySet());
      names.addAll(newMap.keySet());
      for (Object name : names) {
        compare(path + "/" + escaped(name), part(oldMap, name), part(newMap, name), changes);
      }
    } else if (was instanceof List<?> oldList && is instanceof List<?> newList) {
      for (int i = 0; i < Math.max(oldList.size(), newList.size()); i++) {
        compare(path + "/" + i, part(oldList, i), part(newList, i), changes);
      }
    } else if (!Objects.equals(before, after)) {
      changes.add(new JsonChange(path, before, after));
    }
  }

  private static @Nullable Part part(Map<?, ?> map, Object name) {
    return map.containsKey(name) ? new Part(map.get(name)) : null;
  }

  private static @Nullable Part part(List<?> list, int index) {
    return index < list.size() ? new Part(list.get(index)) : null;
  }

  private static String escaped(Object name) {
    return name.toString().replace("~", "~0").replace("/", "~1");
  }

  Map<String, @Nullable Object> toJson() {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("path", path);
    if (before != null) {
      json.put("before", before.tree);
    }
    if (after != null) {
      json.put("after", after.tree);
    }
    return json;
  }

  String beforeText() {
    return before == null ? "-" : JsonTree.write(before.tree);
  }

  String afterText() {
    return after == null ? "-" : JsonTree.write(after.tree);
  }
}
