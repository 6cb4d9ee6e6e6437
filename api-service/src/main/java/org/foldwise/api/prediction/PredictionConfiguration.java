package org.foldwise.api.prediction;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.network.EngineSettings;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.prediction.Classifier;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine is started by the first prediction, so that an API without predictions loads no native library. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PredictionProperties.class)
class PredictionConfiguration {
    @Bean(destroyMethod = "close")
    OpenClassifiers<Classifier> openClassifiers(
            PredictionProperties properties, ModelVersions versions, ArtifactStore artifacts) {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        EngineSettings settings = EngineSettings.threads(properties.threads());
        return new OpenClassifiers<>(
                properties.openModels(),
                id -> open(settings, versions.findById(id).orElseThrow(), artifacts, decoder),
                Classifier::close);
    }

    private static Classifier open(
            EngineSettings settings, ModelVersion version, ArtifactStore artifacts, ImageDecoder decoder) {
        try (InputStream bundle = artifacts.open(version.bundle())) {
            return Classifier.open(TorchEngine.start(settings), BundleReader.read(bundle), decoder);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle of " + version + " cannot be read", e);
        }
    }
}
