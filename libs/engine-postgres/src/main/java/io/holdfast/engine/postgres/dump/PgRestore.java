package io.holdfast.engine.postgres.dump;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.postgres.dump.SchemaDumpParser.Entry;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs pg_restore on entries of a schema dump. */
public final class PgRestore {
    /** What pg_restore sets since 17, whatever the server's version. */
    private static final String SET_SINCE_17 = "Command was: SET transaction_timeout = 0;";

    private static final Pattern IGNORED = Pattern.compile(ToolProcess.IGNORED + ": (\\d+)");
    private static final Pattern FROM_ENTRY = Pattern.compile("from TOC entry (\\d+);");
    private static final Pattern OUTSIDE = Pattern.compile("while (INITIALIZING|FINALIZING)");

    private final PostgresTools tools;
    private final int serverMajor;
    private final ConnectionFactory owner;
    private final LoadOptions options;
    private volatile @Nullable Path program;
    private volatile @Nullable String timeZone;
    /** Answers whether functions that an error names were changed so that another attempt may end otherwise. */
    private volatile Predicate<String> changing = errors -> false;

    private final Set<ToolProcess> running = ConcurrentHashMap.newKeySet();

    /** Fails at once if there is none for a server of this major version. */
    public PgRestore(PostgresTools tools, int serverMajor, ConnectionFactory owner, LoadOptions options) {
        tools.program("pg_restore", serverMajor);
        this.tools = tools;
        this.serverMajor = serverMajor;
        this.owner = owner;
        this.options = options;
    }

    /** Which day a moment is of, where indexes or checks ask that; even if the role has a time zone of its own. */
    public void inTimeZone(String zone) {
        timeZone = zone;
    }

    /** @param changes answers whether what failed with these errors may be made now */
    public void tryingAgain(Predicate<String> changes) {
        changing = changes;
    }

    /** @param without what may keep single entries from being made; without any, the first that fails ends it */
    List<Finding> load(Path dump, String what, List<String> how, List<Entry> wanted, Set<FailureCode> without) {
        return wanted.isEmpty() ? List.of() : leftOut(what, run(dump, how, wanted, !without.isEmpty()), without);
    }

    /**
     * Like {@link #load}, for definitions that may call functions: entries that fail because of one are made again, each of
     * which is one statement that the server undid, as long as something changed for one of them.
     */
    List<Finding> loadCalling(Path dump, String what, List<String> how, List<Entry> wanted, Set<FailureCode> without) {
        if (wanted.isEmpty()) {
            return List.of();
        }
        // without --verbose, pg_restore does not say which entry an error belongs to
        List<String> verbosely = new ArrayList<>(how);
        verbosely.add("--verbose");
        ToolProcess.Ended ended = run(dump, verbosely, wanted, true);
        List<Entry> refused = refused(ended, wanted);
        while (!refused.isEmpty() && changing.test(String.join("\n", ended.lines()))) {
            ended = run(dump, verbosely, refused, true);
            refused = refused(ended, refused);
        }
        return leftOut(what, ended, without);
    }

    /**
     * Entries that failed; none unless all are known. Lines of parallel jobs may begin in the middle of others, and their
     * errors are counted more than once.
     */
    private static List<Entry> refused(ToolProcess.Ended ended, List<Entry> wanted) {
        Set<Integer> ids = new HashSet<>();
        for (String line : ended.lines()) {
            Matcher entry = FROM_ENTRY.matcher(line);
            while (entry.find()) {
                ids.add(Integer.valueOf(entry.group(1)));
            }
            if (OUTSIDE.matcher(line).find()) {
                return List.of();
            }
        }
        return ended.exit() == 0 || ended.truncated()
                ? List.of()
                : wanted.stream().filter(entry -> ids.contains(entry.id())).toList();
    }

    private ToolProcess.Ended run(Path dump, List<String> how, List<Entry> wanted, boolean toTheEnd) {
        File list = temporary();
        try {
            write(list, wanted);
            List<String> arguments = new ArrayList<>(how);
            arguments.add("--use-list=" + list);
            Path chosen = program(dump);
            boolean unknownSetting = PostgresTools.major(chosen) >= 17 && serverMajor < 17;
            if (!toTheEnd && !unknownSetting) {
                arguments.add("--exit-on-error");
            }
            arguments.addAll(ownership(options));
            if (!options.lacking().roles().isEmpty()) {
                arguments.addAll(List.of("--no-owner", "--no-privileges"));
            }
            arguments.addAll(ToolProcess.connection(owner.address));
            arguments.add(dump.toString());
            ToolProcess run = new ToolProcess(chosen, arguments, owner.address, owner.password, owner.applicationName)
                    .inTimeZone(timeZone)
                    .unlimited(serverMajor);
            return unknownSetting ? forgiven(run(run)) : run(run);
        } finally {
            list.delete();
        }
    }

    private static boolean wentOn(ToolProcess.Ended ended) {
        return ended.warnings().stream().anyMatch(line -> line.contains(ToolProcess.IGNORED));
    }

    /** That the server does not know what only bounds transactions is no error. It says so in a language of its own. */
    private static ToolProcess.Ended forgiven(ToolProcess.Ended ended) {
        List<String> lines = new ArrayList<>();
        int forgiven = 0;
        for (String line : ended.lines()) {
            if (line.equals(SET_SINCE_17) && !lines.isEmpty()) {
                lines.removeLast();
                forgiven++;
                if (!lines.isEmpty() && OUTSIDE.matcher(lines.getLast()).find()) {
                    lines.removeLast();
                }
            } else {
                lines.add(line);
            }
        }
        int counted = forgiven;
        lines.replaceAll(line -> IGNORED.matcher(line)
                .replaceFirst(count -> ToolProcess.IGNORED + ": " + (Integer.parseInt(count.group(1)) - counted)));
        ToolProcess.Ended others = new ToolProcess.Ended(ended.exit(), lines);
        return wentOn(ended) && others.errorLines().isEmpty() ? new ToolProcess.Ended(0, lines) : others;
    }

    private List<Finding> leftOut(String what, ToolProcess.Ended ended, Set<FailureCode> without) {
        if (ended.exit() == 0) {
            return List.of();
        }
        if (!wentOn(ended) || without.isEmpty()) {
            throw PgRestoreErrors.of(owner.address, what, ended.errors(), PgRestoreErrors.extension(ended.lines()));
        }
        List<Finding> findings = new ArrayList<>();
        for (String line : ended.errorLines()) {
            HoldfastException holdfastException = PgRestoreErrors.of(owner.address, what, line, null);
            if (!without.contains(holdfastException.code()) || PgRestoreErrors.exhausted(line)) {
                throw holdfastException;
            }
            findings.add(new Finding(Finding.Kind.NOT_MADE, what, "left out: " + line));
        }
        return findings;
    }

    static List<String> ownership(LoadOptions options) {
        List<String> arguments = new ArrayList<>();
        if (!options.owners()) {
            arguments.add("--no-owner");
        }
        if (!options.privileges()) {
            arguments.add("--no-privileges");
        }
        return arguments;
    }

    List<Entry> entries(Path dump, List<String> how) {
        return entries(program(dump), dump, how);
    }

    /** Of the same dump each time. */
    private Path program(Path dump) {
        Path known = program;
        if (known == null) {
            known = tools.restoring(dump, serverMajor);
            program = known;
        }
        return known;
    }

    /**
     * What a dump holds.
     *
     * @param how options of pg_restore
     */
    static List<Entry> entries(Path program, Path dump, List<String> how) {
        List<String> arguments = new ArrayList<>(how);
        arguments.addAll(List.of("--verbose", "--file=-", dump.toString()));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ToolProcess.Ended ended =
                new ToolProcess(program, arguments, null, PasswordSupplier.none(), "holdfast").run(text);
        if (ended.exit() != 0) {
            throw HoldfastException.of(
                    FailureCode.TOOL_FAILED, "pg_restore could not read the schema dump: " + ended.errors());
        }
        return SchemaDumpParser.entries(text.toString(StandardCharsets.UTF_8));
    }

    private static File temporary() {
        try {
            return ProcessTempDirectory.file("toc-", "").toFile();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** By a stream that an interrupt does not close: whoever runs the program says what it means. */
    private static void write(File list, List<Entry> wanted) {
        try (Writer out = new FileWriter(list, StandardCharsets.UTF_8)) {
            for (Entry entry : wanted) {
                out.write(entry.listed() + "\n");
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static HoldfastException unwritable(IOException e) {
        return HoldfastException.of(FailureCode.TOOL_FAILED, "cannot write a temporary file for pg_restore: " + e, e);
    }

    private ToolProcess.Ended run(ToolProcess run) {
        running.add(run);
        try {
            return run.run(OutputStream.nullOutputStream());
        } finally {
            running.remove(run);
        }
    }

    public void cancel() {
        running.forEach(ToolProcess::cancel);
    }
}
