# One image for all services; docker-compose.yml and k8s/ choose the service by its command.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps apps
COPY libs libs
RUN npm ci --no-audit
COPY tsconfig.base.json tsconfig.build.json ./
RUN npx tsc -b tsconfig.build.json && npm prune --omit=dev --no-audit

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production \
    TICKMARK_HOST=0.0.0.0 \
    TICKMARK_CATALOGUE=/app/catalogue \
    KAFKAJS_NO_PARTITIONER_WARNING=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    MALLOC_MMAP_THRESHOLD_=65536 \
    NODE_OPTIONS="--enable-source-maps --disable-warning=TimeoutNegativeWarning --max-semi-space-size=4"
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/apps apps
COPY --from=build /app/libs libs
COPY package.json ./
COPY scripts scripts
COPY catalogue catalogue
RUN mkdir -p /var/lib/tickmark /var/lib/tickmark-sealer && chown node:node /var/lib/tickmark /var/lib/tickmark-sealer
USER node
CMD ["node", "scripts/prepare.mjs"]
