package io.holdfast.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/** Turns YAML text into a {@link YamlNode}: aliases and merge keys expanded, within bounds; no tags, no second document. */
final class YamlParser {
    static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_NODES = 100_000;
    private static final int MAX_DEPTH = 40;

    private static final Set<Tag> TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.MERGE, Tag.MAP, Tag.SEQ);

    private final ConfigProblems problems;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int nodes;

    private YamlParser(ConfigProblems problems) {
        this.problems = problems;
    }

    /** The document, or null with the problem that makes it unreadable. Smaller problems are added as well. */
    static @Nullable YamlNode read(String text, ConfigProblems problems) {
        if (text.length() > MAX_CHARACTERS) {
            problems.add(1, 1, "", "the file is larger than " + MAX_CHARACTERS + " characters");
            return null;
        }
        try {
            Node root = new Yaml(new SafeConstructor(options())).compose(new StringReader(text));
            if (root == null) {
                problems.add(1, 1, "", "the file is empty; it starts with \"holdfast:\"");
                return null;
            }
            return new YamlParser(problems).tree(root, "");
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            String what = e.getContext() == null ? e.getProblem() : e.getContext() + ": " + e.getProblem();
            problems.add(
                    mark == null ? 1 : mark.getLine() + 1, mark == null ? 1 : mark.getColumn() + 1, "", syntax(what));
        } catch (Refused e) {
            problems.add(e.line, e.column, "", e.why);
        } catch (ReaderException e) {
            int at = Math.max(0, text.indexOf(e.getCodePoint()));
            String before = text.substring(0, at);
            problems.add(
                    1
                            + (int) before.chars()
                                    .filter(character -> character == '\n')
                                    .count(),
                    at - before.lastIndexOf('\n'),
                    "",
                    syntax("the character U+%04X is not allowed".formatted(e.getCodePoint())));
        } catch (YAMLException e) {
            String what = e.getMessage() == null ? "unreadable" : e.getMessage();
            problems.add(1, 1, "", syntax(what.lines().findFirst().orElse(what)));
        }
        return null;
    }

    private static String syntax(String what) {
        return "this is not YAML: " + what.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setMaxAliasesForCollections(1_000);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setTagInspector(tag -> true); // refused below, all of them; nothing is ever constructed
        return options;
    }

    private YamlNode tree(Node node, String path) {
        int line = node.getStartMark().getLine() + 1;
        int column = node.getStartMark().getColumn() + 1;
        if (++nodes > MAX_NODES) {
            throw new Refused(line, column, "aliases make this file expand to more than " + MAX_NODES + " values");
        }
        if (!TAGS.contains(node.getTag())) {
            problems.add(line, column, path, "the tag " + node.getTag().getValue() + " means nothing here; remove it");
        }
        if (!open.add(node)) {
            throw new Refused(line, column, "this anchor contains itself");
        }
        try {
            return switch (node) {
                case ScalarNode scalar ->
                    new YamlNode.Scalar(line, column, scalar.getValue(), scalar.isPlain() && !quotedByTag(scalar));
                case SequenceNode sequence -> new YamlNode.Items(line, column, items(sequence, path));
                case MappingNode mapping -> new YamlNode.Entries(line, column, entries(mapping, path));
                default -> throw new YAMLException("unexpected node");
            };
        } finally {
            open.remove(node);
        }
    }

    // "!!str 5" is text although it has no quotes
    private static boolean quotedByTag(ScalarNode scalar) {
        return scalar.getTag().equals(Tag.STR) && new YamlNode.Scalar(1, 1, scalar.getValue(), true).isNumber();
    }

    private List<YamlNode> items(SequenceNode sequence, String path) {
        List<YamlNode> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            items.add(tree(item, path + "[" + items.size() + "]"));
        }
        return Collections.unmodifiableList(items);
    }

    private Map<String, YamlNode.Entry> entries(MappingNode mapping, String path) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        List<YamlNode> merged = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Mark mark = tuple.getKeyNode().getStartMark();
            int line = mark.getLine() + 1;
            int column = mark.getColumn() + 1;
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(line, column, path, "a key has to be a simple text");
                continue;
            }
            String name = key.getValue();
            String child = path.isEmpty() ? name : path + "." + name;
            if (key.isPlain() && name.equals("<<")) {
                merged.add(tree(tuple.getValueNode(), path));
            } else if (entries.containsKey(name)) {
                YamlNode.Entry first = entries.get(name);
                problems.add(line, column, child, "this key is there twice, first in line " + first.line());
            } else {
                entries.put(name, new YamlNode.Entry(line, column, tree(tuple.getValueNode(), child)));
            }
        }
        merged.forEach(tree -> merge(tree, entries, path));
        return Collections.unmodifiableMap(entries);
    }

    private void merge(YamlNode from, Map<String, YamlNode.Entry> into, String path) {
        switch (from) {
            case YamlNode.Entries(var line, var column, var entries) -> entries.forEach(into::putIfAbsent);
            case YamlNode.Items(var line, var column, var items) -> items.forEach(item -> merge(item, into, path));
            case YamlNode.Scalar scalar ->
                problems.add(scalar, path, "\"<<\" merges a section of keys, not a single value");
        }
    }

    /** What makes the whole document unusable. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int line;
        private final int column;
        private final String why;

        Refused(int line, int column, String why) {
            this.line = line;
            this.column = column;
            this.why = why;
        }
    }
}
