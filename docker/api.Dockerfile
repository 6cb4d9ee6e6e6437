# syntax=docker/dockerfile:1
# The API service. Build from the repository's root: docker build -f docker/api.Dockerfile -t foldwise/api:0.1.0 .

FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /src
COPY pom.xml ./
COPY .mvn .mvn
COPY learning learning
COPY documents documents
COPY registry registry
COPY api-service api-service
# The reactor wants to see every module; these are not built.
COPY training-worker/pom.xml training-worker/
COPY openapi/pom.xml openapi/
COPY standalone/pom.xml standalone/
COPY bench/pom.xml bench/
COPY docker/WarmEngine.java docker/
RUN --mount=type=cache,target=/maven \
    mvn -B -q -Dmaven.repo.local=/maven -pl api-service -am package -DskipTests -Dspotless.check.skip=true
RUN java -Djarmode=tools -jar api-service/target/foldwise-api-service-0.1.0-exec.jar extract \
      --layers --destination /layers --application-filename foldwise-api.jar
# PyTorch's libraries are unpacked once, here; a running container unpacks and downloads nothing.
RUN DJL_CACHE_DIR=/djl OPT_OUT_TRACKING=true java -Dai.djl.offline=true -cp '/layers/dependencies/lib/*' docker/WarmEngine.java \
    && chmod -R a+rX /djl
RUN mkdir -p /state/artifacts /state/keys /state/scratch /state/weights

FROM eclipse-temurin:17.0.16_8-jre-jammy
WORKDIR /opt/foldwise
COPY --from=build /djl djl
COPY --from=build /layers/dependencies ./
COPY --from=build /layers/snapshot-dependencies ./
COPY --from=build /layers/application ./
# Only these directories are the application's own; the rest of the image can be mounted read-only, with a /tmp.
COPY --from=build --chown=10001:10001 /state /var/lib/foldwise
ENV DJL_CACHE_DIR=/opt/foldwise/djl \
    OMP_WAIT_POLICY=ACTIVE \
    GOMP_SPINCOUNT=30000 \
    OPT_OUT_TRACKING=true \
    SERVER_ADDRESS=0.0.0.0 \
    SERVER_PORT=8080 \
    MANAGEMENT_SERVER_ADDRESS=0.0.0.0 \
    MANAGEMENT_SERVER_PORT=8081 \
    FOLDWISE_ARTIFACTS_DIRECTORY=/var/lib/foldwise/artifacts \
    FOLDWISE_UPLOAD_SCRATCHDIRECTORY=/var/lib/foldwise/scratch \
    FOLDWISE_UPLOAD_PSEUDONYMKEYFILE=/var/lib/foldwise/keys/pseudonym.key \
    FOLDWISE_WEIGHTS_DIRECTORY=/var/lib/foldwise/weights \
    FOLDWISE_SECURITY_ADMINKEYFILE=/var/lib/foldwise/keys/admin.key
USER 10001:10001
EXPOSE 8080 8081
# bash speaks to the health endpoint itself: the image holds no HTTP client.
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8081 && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["java", "-Dai.djl.offline=true", "-Djava.awt.headless=true", "-Duser.home=/tmp", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "-jar", "foldwise-api.jar"]
