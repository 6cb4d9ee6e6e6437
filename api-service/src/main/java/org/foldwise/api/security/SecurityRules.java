package org.foldwise.api.security;

import static org.foldwise.registry.access.Role.ADMIN;
import static org.foldwise.registry.access.Role.PREDICTOR;
import static org.foldwise.registry.access.Role.RELEASER;
import static org.foldwise.registry.access.Role.RESEARCHER;
import static org.foldwise.registry.access.Role.VIEWER;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import java.util.List;
import org.foldwise.registry.access.Role;
import org.springframework.http.HttpMethod;

/**
 * Which role opens which route; the first rule that matches decides. A route without a rule is closed to everybody. Reading is
 * the one rule with a wildcard, except for what stands above it.
 */
final class SecurityRules {
    /**
     * One rule.
     *
     * @param method of the request
     * @param pattern of its path
     * @param role that opens it, alone or implied by another
     */
    record Rule(HttpMethod method, String pattern, Role role) {}

    /**
     * Open to everybody, because they hold no data: the contract, and on the management port whether the service lives and is
     * ready, which container engines ask without a key.
     */
    static final List<String> OPEN = List.of(
            "/openapi", "/openapi.yaml", "/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness");

    static final List<Rule> RULES = List.of(
            new Rule(GET, "/api/v1/api-keys/**", ADMIN),
            new Rule(POST, "/api/v1/api-keys", ADMIN),
            new Rule(DELETE, "/api/v1/api-keys/*", ADMIN),
            new Rule(POST, "/api/v1/projects", ADMIN),
            new Rule(POST, "/api/v1/projects/*/withdrawals", ADMIN),
            new Rule(POST, "/api/v1/projects/*/withdrawals/dry-runs", ADMIN),
            new Rule(GET, "/api/v1/jobs", ADMIN),
            new Rule(PUT, "/api/v1/weight-sets/*", ADMIN),
            new Rule(DELETE, "/api/v1/weight-sets/*", ADMIN),
            new Rule(GET, "/api/v1/**", VIEWER),
            new Rule(POST, "/api/v1/datasets", RESEARCHER),
            new Rule(PUT, "/api/v1/datasets/*/archive", RESEARCHER),
            new Rule(PUT, "/api/v1/datasets/*/images", RESEARCHER),
            new Rule(POST, "/api/v1/datasets/*/imports", RESEARCHER),
            new Rule(POST, "/api/v1/datasets/*/manifest", RESEARCHER),
            new Rule(POST, "/api/v1/datasets/*/freeze", RESEARCHER),
            new Rule(POST, "/api/v1/datasets/*/waivers", RESEARCHER),
            new Rule(POST, "/api/v1/datasets/*/splits", RESEARCHER),
            new Rule(POST, "/api/v1/datasets/*/splits/csv", RESEARCHER),
            new Rule(POST, "/api/v1/datasets/*/split-plans", RESEARCHER),
            new Rule(POST, "/api/v1/datasets/*/leakage-experiments", RESEARCHER),
            new Rule(POST, "/api/v1/datasets/*/leakage-experiments/dry-runs", RESEARCHER),
            new Rule(POST, "/api/v1/leakage-experiments/*/cancellation", RESEARCHER),
            new Rule(POST, "/api/v1/splits/*/augmentation-audits", RESEARCHER),
            new Rule(POST, "/api/v1/augmentation-audits/*/cancellation", RESEARCHER),
            new Rule(POST, "/api/v1/augmentation-audits/*/sign-offs", RESEARCHER),
            new Rule(POST, "/api/v1/experiments", RESEARCHER),
            new Rule(POST, "/api/v1/experiments/dry-runs", RESEARCHER),
            new Rule(POST, "/api/v1/experiments/*/cancellation", RESEARCHER),
            new Rule(POST, "/api/v1/ensembles", RESEARCHER),
            new Rule(POST, "/api/v1/runs/*/cancellation", RESEARCHER),
            new Rule(POST, "/api/v1/runs/*/replays", RESEARCHER),
            new Rule(POST, "/api/v1/replays/*/cancellation", RESEARCHER),
            new Rule(POST, "/api/v1/evaluations", RESEARCHER),
            new Rule(POST, "/api/v1/evaluations/*/neighbourhoods", RESEARCHER),
            new Rule(POST, "/api/v1/neighbourhoods/*/cancellation", RESEARCHER),
            new Rule(POST, "/api/v1/evaluations/*/explanation-checks", RESEARCHER),
            new Rule(POST, "/api/v1/explanation-checks/*/cancellation", RESEARCHER),
            new Rule(POST, "/api/v1/models", RESEARCHER),
            new Rule(POST, "/api/v1/models/*/versions", RESEARCHER),
            new Rule(PUT, "/api/v1/models/*/versions/*/state", RELEASER),
            new Rule(PUT, "/api/v1/models/*/aliases/*", RELEASER),
            new Rule(POST, "/api/v1/models/*/versions/*/predict", PREDICTOR),
            new Rule(POST, "/predict", PREDICTOR));

    private SecurityRules() {}
}
