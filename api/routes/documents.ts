import type { Router } from 'express';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { projectRoot } from '../../contracts/project-root';
import type { ApiDeps } from '../deps';
import { docsPage, errorsPage } from '../docs-page';
import type { Endpoints } from '../endpoint';
import { asyncApiDocument, openApiDocument } from '../openapi';

/** Documents are made once, when the process starts: they only depend on the code. */
export function documentRoutes(router: Router, _deps: ApiDeps, endpoints: Endpoints): void {
  const version = readVersion();
  const json = 'application/json';
  const documents: [path: string, type: string, text: string][] = [
    ['/openapi.json', json, JSON.stringify(openApiDocument(version))],
    ['/asyncapi.json', json, JSON.stringify(asyncApiDocument(version))],
    ['/docs', 'text/html', docsPage()],
    ['/docs/errors', 'text/html', errorsPage()],
  ];
  for (const [address, type, text] of documents) {
    router.get(
      address,
      endpoints.open((_request, response) => void response.type(type).send(text)),
    );
  }
}

function readVersion(): string {
  const file = readFileSync(path.join(projectRoot(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
}
