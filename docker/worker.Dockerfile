# syntax=docker/dockerfile:1
# The training worker. Build from the repository's root: docker build -f docker/worker.Dockerfile -t foldwise/worker:0.1.0 .

FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /src
COPY pom.xml ./
COPY .mvn .mvn
COPY learning learning
COPY registry registry
COPY training-worker training-worker
# The reactor wants to see every module; these are not built.
COPY documents/pom.xml documents/
COPY api-service/pom.xml api-service/
COPY openapi/pom.xml openapi/
COPY standalone/pom.xml standalone/
COPY bench/pom.xml bench/
COPY docker/WarmEngine.java docker/
RUN --mount=type=cache,target=/maven \
    mvn -B -q -Dmaven.repo.local=/maven -pl training-worker -am package -DskipTests -Dspotless.check.skip=true
RUN java -Djarmode=tools -jar training-worker/target/foldwise-training-worker-0.1.0-exec.jar extract \
      --layers --destination /layers --application-filename foldwise-worker.jar
# PyTorch's libraries are unpacked once, here; a running container unpacks and downloads nothing.
RUN DJL_CACHE_DIR=/djl OPT_OUT_TRACKING=true java -Dai.djl.offline=true -cp '/layers/dependencies/lib/*' docker/WarmEngine.java \
    && chmod -R a+rX /djl
RUN mkdir -p /state/artifacts /state/cache

FROM eclipse-temurin:17.0.16_8-jre-jammy
WORKDIR /opt/foldwise
COPY --from=build /djl djl
COPY --from=build /layers/dependencies ./
COPY --from=build /layers/snapshot-dependencies ./
COPY --from=build /layers/application ./
# Only this directory is the application's own; the rest of the image can be mounted read-only, with a /tmp. Its cache is for
# a volume that outlives containers; unless FOLDWISE_WORKER_CACHE names it, the cache is in the scratch directory, which is emptied at each start.
COPY --from=build --chown=10001:10001 /state /var/lib/foldwise
ENV DJL_CACHE_DIR=/opt/foldwise/djl \
    OMP_WAIT_POLICY=ACTIVE \
    GOMP_SPINCOUNT=30000 \
    MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_THRESHOLD_=33554432 \
    MALLOC_TRIM_THRESHOLD_=4294967296 \
    NVIDIA_TF32_OVERRIDE=0 \
    OPT_OUT_TRACKING=true \
    FOLDWISE_ARTIFACTS_DIRECTORY=/var/lib/foldwise/artifacts \
    FOLDWISE_WORKER_SCRATCH=/tmp/foldwise-worker
USER 10001:10001
# A worker listens on nothing. Its lease in the database is its sign of life: a worker that hangs loses its job to another one.
HEALTHCHECK NONE
# Half of the memory is left to PyTorch, which allocates outside the Java heap.
ENTRYPOINT ["java", "-Dai.djl.offline=true", "-Djava.awt.headless=true", "-Duser.home=/tmp", "-XX:MaxRAMPercentage=40", "-XX:+ExitOnOutOfMemoryError", "-jar", "foldwise-worker.jar"]
