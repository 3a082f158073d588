package io.holdfast.devstack.rds;

import java.util.List;
import java.util.Map;

/** Carries out requests on an account, and writes the answers. */
final class RdsAnswers {
    private static final int PAGE = 2;

    private final RdsAccount account;

    RdsAnswers(RdsAccount account) {
        this.account = account;
    }

    String answer(RdsRequest request) throws RdsRefusal {
        String action = request.action();
        Xml xml = new Xml()
                .open(action + "Response xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"")
                .open(action + "Result");
        switch (action) {
            case "DescribeDBInstances" -> instances(xml, request);
            case "DescribeDBClusters" -> clusters(xml, request);
            case "DescribeDBInstanceAutomatedBackups" -> automatedBackups(xml, request);
            case "RestoreDBInstanceToPointInTime" -> one(xml, "DBInstance", account.restoreInstance(request));
            case "RestoreDBClusterToPointInTime" -> one(xml, "DBCluster", account.restoreCluster(request));
            case "CreateDBInstance" -> one(xml, "DBInstance", account.createInstance(request));
            case "DeleteDBInstance" -> one(xml, "DBInstance", account.deleteInstance(request));
            case "DeleteDBCluster" -> one(xml, "DBCluster", account.deleteCluster(request));
            default -> throw RdsRefusal.of("InvalidAction", "Could not find operation " + action);
        }
        return xml.close(action + "Result")
                .open("ResponseMetadata")
                .put("RequestId", "0")
                .close("ResponseMetadata")
                .close(action + "Response")
                .toString();
    }

    private void one(Xml xml, String name, RdsResource resource) {
        xml.open(name);
        if (name.equals("DBCluster")) {
            cluster(xml, resource);
        } else {
            instance(xml, resource);
        }
        xml.close(name);
    }

    private void instances(Xml xml, RdsRequest request) throws RdsRefusal {
        String cluster = "";
        if (request.text("Filters.Filter.1.Name").equals("db-cluster-id")) {
            cluster = request.text("Filters.Filter.1.Values.Value.1");
        }
        String wanted = cluster;
        List<RdsResource> page = page(xml, account.instances, request, "DBInstanceIdentifier").stream()
                .filter(instance -> wanted.isEmpty() || wanted.equals(instance.cluster))
                .toList();
        xml.list("DBInstances", "DBInstance", page, this::instance);
    }

    private void clusters(Xml xml, RdsRequest request) throws RdsRefusal {
        xml.list("DBClusters", "DBCluster", page(xml, account.clusters, request, "DBClusterIdentifier"), this::cluster);
    }

    private List<RdsResource> page(Xml xml, Map<String, RdsResource> resources, RdsRequest request, String key)
            throws RdsRefusal {
        if (request.has(key)) {
            RdsResource one = account.known(resources, request.text(key));
            account.look(resources, List.of(one));
            return List.of(account.known(resources, one.id));
        }
        account.look(resources, List.copyOf(resources.values()));
        List<RdsResource> all = List.copyOf(resources.values());
        if (request.has("Filters.Filter.1.Name")) {
            return all;
        }
        int from = request.has("Marker") ? Integer.parseInt(request.text("Marker")) : 0;
        int to = Math.min(all.size(), from + PAGE);
        if (to < all.size()) {
            xml.put("Marker", to);
        }
        return all.subList(Math.min(from, to), to);
    }

    private void instance(Xml xml, RdsResource instance) {
        boolean aurora = instance.cluster != null;
        xml.put("DBInstanceIdentifier", instance.id)
                .put("DBInstanceStatus", instance.status())
                .put("DBInstanceClass", instance.parameter("DBInstanceClass"))
                .put("Engine", aurora ? "aurora-postgresql" : "postgres")
                .put("DBClusterIdentifier", instance.cluster)
                .put("DbiResourceId", "db-" + instance.id)
                .put("PubliclyAccessible", false)
                .put("IAMDatabaseAuthenticationEnabled", false)
                .put("BackupRetentionPeriod", account.retention.toDays());
        if (account.isSource(instance) && !account.retention.isZero()) {
            xml.put("LatestRestorableTime", account.latest());
        }
        Integer port = account.isSource(instance) ? Integer.valueOf(5432) : instance.port();
        if (port != null) {
            xml.open("Endpoint").put("Address", "127.0.0.1").put("Port", port).close("Endpoint");
        }
        xml.open("DBSubnetGroup")
                .put("DBSubnetGroupName", orDefault(instance, "DBSubnetGroupName"))
                .close("DBSubnetGroup");
        groups(xml, instance);
        xml.list(
                "DBParameterGroups",
                "DBParameterGroup",
                List.of(instance),
                (each, it) -> each.put("DBParameterGroupName", orDefault(it, "DBParameterGroupName"))
                        .put("ParameterApplyStatus", "in-sync"));
        xml.list(
                "OptionGroupMemberships",
                "OptionGroupMembership",
                List.of(instance),
                (each, it) -> each.put("OptionGroupName", orDefault(it, "OptionGroupName"))
                        .put("Status", "in-sync"));
        xml.tags(instance.tags);
    }

    private static String orDefault(RdsResource resource, String name) {
        String own = resource.parameter(name);
        return own.isEmpty() ? "default" : own;
    }

    private static void groups(Xml xml, RdsResource resource) {
        xml.list(
                "VpcSecurityGroups",
                "VpcSecurityGroupMembership",
                List.of(resource),
                (each, it) -> each.put("VpcSecurityGroupId", orDefault(it, "VpcSecurityGroupIds"))
                        .put("Status", "active"));
    }

    private void cluster(Xml xml, RdsResource cluster) {
        xml.put("DBClusterIdentifier", cluster.id)
                .put("Status", cluster.status())
                .put("Engine", "aurora-postgresql")
                .put("Port", 5432)
                .put("DBSubnetGroup", orDefault(cluster, "DBSubnetGroupName"))
                .put("DBClusterParameterGroup", orDefault(cluster, "DBClusterParameterGroupName"))
                .put("IAMDatabaseAuthenticationEnabled", false);
        if (account.isSource(cluster)) {
            xml.put("EarliestRestorableTime", account.earliest()).put("LatestRestorableTime", account.latest());
        }
        groups(xml, cluster);
        xml.list(
                "DBClusterMembers",
                "DBClusterMember",
                account.instances.values().stream()
                        .filter(instance -> cluster.id.equals(instance.cluster))
                        .toList(),
                (each, member) -> each.put("DBInstanceIdentifier", member.id).put("IsClusterWriter", true));
        xml.tags(cluster.tags);
    }

    /** Also those of an instance of the same name that was deleted: their window is another one. */
    private void automatedBackups(Xml xml, RdsRequest request) throws RdsRefusal {
        if (request.has("DbiResourceId") && !request.text("DbiResourceId").equals("db-" + RdsServer.INSTANCE)) {
            throw RdsRefusal.of("DBInstanceAutomatedBackupNotFound", "no backups");
        }
        List<String> statuses = request.has("DbiResourceId") ? List.of("active") : List.of("retained", "active");
        xml.list("DBInstanceAutomatedBackups", "DBInstanceAutomatedBackup", statuses, (each, status) -> {
            boolean active = status.equals("active");
            each.put("DBInstanceIdentifier", RdsServer.INSTANCE)
                    .put("DbiResourceId", active ? "db-" + RdsServer.INSTANCE : "db-of-before")
                    .put("Status", status)
                    .open("RestoreWindow")
                    .put(
                            "EarliestTime",
                            active ? account.earliest() : account.earliest().minusSeconds(1_000_000))
                    .put("LatestTime", account.latest())
                    .close("RestoreWindow");
        });
    }
}
