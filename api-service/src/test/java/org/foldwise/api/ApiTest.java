package org.foldwise.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.foldwise.registry.FreshDatabase;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestConstructor;

/**
 * A test that speaks HTTP to the whole service on a real database. Classes share one service: they make projects, keys and datasets
 * of their own and look at nothing else.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = ApiService.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "spring.main.banner-mode=off",
            "foldwise.artifacts.directory=target/test-service-${tests.fork:1}/artifacts",
            "foldwise.upload.scratch-directory=target/test-service-${tests.fork:1}/scratch",
            "foldwise.upload.sources=shelf=${user.dir}/target/test-service-${tests.fork:1}/shelf,"
                    + "shut@00000000-0000-0000-0000-000000000001=${user.dir}/target/test-service-${tests.fork:1}/shelf,"
                    + "films=s3://films/2026?endpoint=${tests.object-store}"
                    + "&credentials=${user.dir}/target/test-service-${tests.fork:1}/object-store.keys",
            "foldwise.upload.pseudonym-key-file=target/test-service-${tests.fork:1}/pseudonym.key",
            "foldwise.weights.directory=target/test-service-${tests.fork:1}/weights",
            "foldwise.security.admin-key-file=target/test-service-${tests.fork:1}/admin.key"
        })
@ContextConfiguration(initializers = {FreshDatabase.class, EmptyServiceDirectory.class})
@Import({Http.class, Stored.class, Chapters.class, Worker.class})
@TestConstructor(autowireMode = TestConstructor.AutowireMode.ALL)
public @interface ApiTest {}
