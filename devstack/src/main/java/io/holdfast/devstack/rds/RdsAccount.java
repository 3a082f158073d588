package io.holdfast.devstack.rds;

import io.holdfast.devstack.history.DatabaseHistory;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Instances and clusters of one region, with the rules by which Amazon refuses requests. Nothing of a source is copied that the
 * request does not name: a copy outside the source's subnets and security groups cannot be reached.
 */
final class RdsAccount {
    static final Map<String, String> SOURCE = Map.of(
            "DBInstanceClass", "db.m6g.large",
            "DBSubnetGroupName", "portal-subnets",
            "VpcSecurityGroupIds", "sg-portal",
            "DBParameterGroupName", "portal-parameters",
            "OptionGroupName", "default:postgres-15",
            "DBClusterParameterGroupName", "portal-cluster-parameters");

    private static final Pattern IDENTIFIER = Pattern.compile("(?=.{1,63}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*");
    private static final List<String> MONITORING = List.of(
            "EnablePerformanceInsights",
            "MonitoringInterval",
            "MonitoringRoleArn",
            "PerformanceInsightsRetentionPeriod");
    private static final List<String> STATUSES =
            List.of("creating", "creating", "backing-up", "available", "configuring-enhanced-monitoring", "available");

    final Map<String, RdsResource> instances = new LinkedHashMap<>();
    final Map<String, RdsResource> clusters = new LinkedHashMap<>();

    /** Of copies, which stay when they are deleted without them. */
    final List<String> retained = new ArrayList<>();

    private final DatabaseHistory history;
    private final InstantSource clock;

    volatile Duration retention = Duration.ofDays(7);

    /** From the latest restorable time until now. */
    volatile Duration lag = Duration.ofMinutes(5);

    /** Where the next copy ends; empty: available. */
    volatile String end = "";

    RdsAccount(DatabaseHistory history, InstantSource clock) {
        this.history = history;
        this.clock = clock;
        instances.put(RdsServer.INSTANCE, source(RdsServer.INSTANCE, null));
        clusters.put(RdsServer.CLUSTER, source(RdsServer.CLUSTER, null));
        instances.put(RdsServer.WRITER, source(RdsServer.WRITER, RdsServer.CLUSTER));
    }

    private static RdsResource source(String id, @Nullable String cluster) {
        return new RdsResource(id, SOURCE, Map.of("team", "portal"), cluster, null, List.of("available"));
    }

    Instant earliest() {
        return clock.instant().minus(retention);
    }

    Instant latest() {
        return clock.instant().minus(lag);
    }

    boolean isSource(RdsResource resource) {
        return resource.parameters.equals(SOURCE);
    }

    /** All that is not the source's and not being deleted, with what is left of deleted copies. */
    List<String> billed() {
        return Stream.concat(
                        Stream.concat(instances.values().stream(), clusters.values().stream())
                                .filter(resource -> !isSource(resource)
                                        && !resource.status().equals("deleting"))
                                .map(resource -> resource.id),
                        retained.stream())
                .toList();
    }

    RdsResource known(Map<String, RdsResource> resources, String id) throws RdsRefusal {
        RdsResource found = resources.get(id);
        if (found == null) {
            throw RdsRefusal.of(
                    resources.containsKey(RdsServer.CLUSTER) ? "DBClusterNotFoundFault" : "DBInstanceNotFound",
                    id + " not found.");
        }
        return found;
    }

    RdsResource restoreInstance(RdsRequest request) throws RdsRefusal {
        RdsResource source = known(instances, request.text("SourceDBInstanceIdentifier"));
        if (source.cluster != null) {
            throw RdsRefusal.of("InvalidParameterCombination", "the instance is a member of a cluster");
        }
        String id = unused(instances, request.text("TargetDBInstanceIdentifier"));
        Instant at = instant(request, "RestoreTime");
        network(request);
        RdsResource made = made(id, request, null, open(request, at), STATUSES);
        instances.put(id, made);
        return made;
    }

    RdsResource restoreCluster(RdsRequest request) throws RdsRefusal {
        known(clusters, request.text("SourceDBClusterIdentifier"));
        String id = unused(clusters, request.text("DBClusterIdentifier"));
        if (MONITORING.stream().anyMatch(request::has)) {
            throw RdsRefusal.of("InvalidParameterCombination", "monitoring cannot be set for a restored cluster");
        }
        if (request.text("RestoreType").equals("copy-on-write") && request.has("RestoreToTime")) {
            throw RdsRefusal.of("InvalidParameterCombination", "a clone has the latest state");
        }
        Instant at = instant(request, "RestoreToTime");
        network(request);
        RdsResource made = made(id, request, null, open(request, at), List.of("creating", "creating", "available"));
        clusters.put(id, made);
        return made;
    }

    RdsResource createInstance(RdsRequest request) throws RdsRefusal {
        String id = unused(instances, request.text("DBInstanceIdentifier"));
        RdsResource cluster = known(clusters, request.text("DBClusterIdentifier"));
        if (!cluster.status().equals("available")) {
            throw RdsRefusal.of("InvalidDBClusterStateFault", "the cluster is " + cluster.status());
        }
        if (!request.text("Engine").equals("aurora-postgresql")
                || request.text("DBInstanceClass").isEmpty()) {
            throw RdsRefusal.of("InvalidParameterCombination", "Engine and DBInstanceClass have to fit the cluster");
        }
        RdsResource made = made(id, request, cluster.id, cluster.database, STATUSES);
        instances.put(id, made);
        return made;
    }

    private RdsResource made(
            String id,
            RdsRequest request,
            @Nullable String cluster,
            @Nullable RdsState database,
            List<String> statuses) {
        List<String> steps = end.isEmpty() ? statuses : List.of("creating", end);
        end = "";
        Map<String, String> parameters = new LinkedHashMap<>(request.form());
        parameters.put("VpcSecurityGroupIds", securityGroups(request));
        return new RdsResource(id, parameters, request.tags(), cluster, database, steps);
    }

    private static String securityGroups(RdsRequest request) {
        return String.join(",", request.list("VpcSecurityGroupIds", "VpcSecurityGroupId"));
    }

    private static String unused(Map<String, RdsResource> resources, String id) throws RdsRefusal {
        if (!IDENTIFIER.matcher(id).matches()) {
            throw RdsRefusal.of("InvalidParameterValue", id + " is not a valid identifier");
        }
        if (resources.containsKey(id)) {
            boolean cluster = resources.containsKey(RdsServer.CLUSTER);
            throw RdsRefusal.of(
                    cluster ? "DBClusterAlreadyExistsFault" : "DBInstanceAlreadyExists", id + " already exists");
        }
        return id;
    }

    private Instant instant(RdsRequest request, String name) throws RdsRefusal {
        if (request.has(name) == request.isTrue("UseLatestRestorableTime")) {
            throw RdsRefusal.of("InvalidParameterCombination", "either a time or the latest one is needed");
        }
        if (retention.isZero()) {
            throw RdsRefusal.of("PointInTimeRestoreNotEnabled", "backups are off");
        }
        Instant at;
        try {
            at = request.has(name) ? Instant.parse(request.text(name)) : latest();
        } catch (DateTimeException e) {
            throw RdsRefusal.of("InvalidParameterValue", "no time");
        }
        if (at.isBefore(earliest()) || (request.has(name) && !at.isBefore(latest()))) {
            throw RdsRefusal.of("InvalidParameterValue", "the time is outside the restorable window");
        }
        return at;
    }

    /** Security groups belong to the VPC of the subnets. */
    private static void network(RdsRequest request) throws RdsRefusal {
        boolean subnets = request.text("DBSubnetGroupName").equals(SOURCE.get("DBSubnetGroupName"));
        boolean groups = securityGroups(request).contains("sg-portal");
        if (groups && !subnets) {
            throw RdsRefusal.of(
                    "InvalidParameterCombination", "the DB instance and EC2 security group are in different VPCs");
        }
    }

    /** Null: the default security group permits no connection. */
    private @Nullable RdsState open(RdsRequest request, Instant at) {
        return securityGroups(request).equals(SOURCE.get("VpcSecurityGroupIds")) ? new RdsState(history, at) : null;
    }

    RdsResource deleteInstance(RdsRequest request) throws RdsRefusal {
        RdsResource instance = known(instances, request.text("DBInstanceIdentifier"));
        refuseFinalSnapshot(request);
        if (instance.status().equals("creating") || instance.status().equals("deleting")) {
            throw RdsRefusal.of("InvalidDBInstanceState", "the instance is " + instance.status());
        }
        keepBackups(request, instance);
        instance.delete();
        return instance;
    }

    RdsResource deleteCluster(RdsRequest request) throws RdsRefusal {
        RdsResource cluster = known(clusters, request.text("DBClusterIdentifier"));
        refuseFinalSnapshot(request);
        boolean used = instances.values().stream()
                .anyMatch(instance -> cluster.id.equals(instance.cluster)
                        && !instance.status().equals("deleting"));
        if (used || cluster.status().equals("deleting") || cluster.status().equals("creating")) {
            throw RdsRefusal.of(
                    "InvalidDBClusterStateFault",
                    used ? "it still contains instances in non-deleting state" : "the cluster is " + cluster.status());
        }
        keepBackups(request, cluster);
        cluster.delete();
        return cluster;
    }

    private static void refuseFinalSnapshot(RdsRequest request) throws RdsRefusal {
        if (!request.isTrue("SkipFinalSnapshot") && !request.has("FinalDBSnapshotIdentifier")) {
            throw RdsRefusal.of("InvalidParameterCombination", "FinalDBSnapshotIdentifier is required");
        }
    }

    private void keepBackups(RdsRequest request, RdsResource resource) {
        if (request.has("FinalDBSnapshotIdentifier")) {
            retained.add("snapshot " + request.text("FinalDBSnapshotIdentifier"));
        }
        if (request.text("DeleteAutomatedBackups").equals("false")) {
            retained.add("backups of " + resource.id);
        }
    }

    /** Counts a look at each of these; some are gone after it. */
    void look(Map<String, RdsResource> resources, List<RdsResource> seen) {
        for (RdsResource resource : seen) {
            if (!resource.look()) {
                resources.remove(resource.id);
                RdsState database = resource.database;
                if (database != null && resource.cluster == null) {
                    database.drop();
                }
            }
        }
    }
}
